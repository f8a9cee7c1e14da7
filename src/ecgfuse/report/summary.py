"""The result in a few sentences that say no more than the numbers carry."""

import math
from collections.abc import Mapping
from typing import Any

from ecgfuse.records.annotations import CLASSES
from ecgfuse.report.rows import always_n_row

MIN_RECORDS = 5
"""With fewer records, drawing them anew says nothing."""

_CLEAR = 0.975
"""Share of draws in which one fusion must be ahead for the order to be called settled."""


def rank_by_macro_f1(metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Fusions by macro F1 on the test records, mean over the seeds, best first."""
    return sorted(metrics, key=lambda fusion: -metrics[fusion]["test"]["macro_f1"])


def summarise_result(
    metrics: Mapping[str, Mapping[str, Any]], *, comparison: Mapping[str, Any], n_records: int
) -> list[str]:
    """Sentences on which fusion is ahead, by how much, and how sure that is.

    Args:
        metrics: fusion -> its results.
        comparison: what the stage comparison found.
        n_records: number of test records.
    """
    best, *others = rank_by_macro_f1(metrics)
    seeds = metrics[best]["seeds"]
    sentences = [
        f"{best.capitalize()} fusion has "
        f"{'the highest' if others else 'a'} macro F1 on the {n_records} test records: "
        f"{_mean_sd(metrics[best])} % ({_over(seeds)})."
    ]
    if others:
        sentences.append(_compare_seeds(metrics, best=best, second=others[0]))
        if n_records >= MIN_RECORDS:
            share = probability_ahead(comparison, best, of=others[0])
            sentences.append(
                f"When the {n_records} records are drawn anew with replacement, {best} fusion is "
                f"ahead of {others[0]} in {100 * share:.0f} % of "
                f"{metrics[best]['test_ci']['draws']:,} draws, {_settled(share)}."
            )
        by_auprc = max(metrics, key=lambda fusion: metrics[fusion]["test"]["macro_auprc"])
        also = "also " if by_auprc == best else ""
        sentences.append(
            f"By macro AUPRC, {by_auprc} fusion is {also}ahead "
            f"({100 * metrics[by_auprc]['test']['macro_auprc']:.1f} %)."
        )
    if seeds > 1:
        ensemble = 100 * metrics[best]["test_ensemble"]["macro_f1"]
        sentences.append(
            f"The mean probability over the seeds of {best} fusion reaches {ensemble:.1f} %."
        )
    trivial = always_n_row(metrics[best]).values
    sentences.append(
        f"A program that calls every beat N would have macro F1 {trivial['macro_f1']:.1f} % and "
        f"accuracy {trivial['accuracy']:.1f} %, so accuracy says little here."
    )
    return sentences


def probability_ahead(comparison: Mapping[str, Any], fusion: str, *, of: str) -> float:
    """How often a fusion is ahead of another, whichever of the two the comparison names first."""
    if (pair := f"{fusion}_vs_{of}") in comparison:
        return float(comparison[pair]["probability_better"])
    return 1 - float(comparison[f"{of}_vs_{fusion}"]["probability_better"])


def summarise_records(by_record: Mapping[str, Any]) -> list[str]:
    """Sentences on how few records hold the beats of a class, and the errors.

    Args:
        by_record: that key of a file of results.
    """
    sentences = [
        f"Record {found['record']} holds {found['beats']:,} of the {found['total']:,} {name} beats "
        f"({100 * found['share']:.0f} %)."
        for name, found in by_record.items()
        if name in CLASSES
    ]
    if by_record["wrong_beats"] > 0:
        half = by_record["with_half_of_wrong"]
        hold = "holds" if half == 1 else "hold"
        sentences.append(
            f"{half} of {by_record['tested']} records {hold} at least half of the "
            f"{by_record['wrong_beats']:,} wrong beats."
        )
    return sentences


def _mean_sd(metrics: Mapping[str, Any]) -> str:
    mean = f"{100 * metrics['test']['macro_f1']:.1f}"
    if metrics["seeds"] == 1:
        return mean
    return f"{mean} \N{PLUS-MINUS SIGN} {100 * metrics['test_sd']['macro_f1']:.1f}"


def _over(seeds: int) -> str:
    if seeds == 1:
        return "one seed"
    return f"mean \N{PLUS-MINUS SIGN} standard deviation over {seeds} seeds"


def _compare_seeds(metrics: Mapping[str, Mapping[str, Any]], *, best: str, second: str) -> str:
    gap = 100 * (metrics[best]["test"]["macro_f1"] - metrics[second]["test"]["macro_f1"])
    ahead = f"It is {gap:.1f} points ahead of {second} fusion ({_mean_sd(metrics[second])} %)"
    if min(metrics[best]["seeds"], metrics[second]["seeds"]) == 1:
        return f"{ahead}; with one seed there is no telling whether that is more than chance."
    spreads = [100 * metrics[fusion]["test_sd"]["macro_f1"] for fusion in (best, second)]
    spread = math.hypot(*spreads) / math.sqrt(2)
    if spread == 0:
        return f"{ahead}; the seeds do not differ."
    ratio = gap / spread
    if ratio < 1:
        verdict = "less than seeds differ among themselves: the seeds do not tell the two apart"
    elif ratio < 2:
        verdict = "about as much as seeds differ among themselves: weak evidence"
    else:
        verdict = "more than seeds differ among themselves"
    return f"{ahead}, {ratio:.1f} times the spread between seeds ({spread:.1f} points), {verdict}."


def _settled(share: float) -> str:
    if share >= _CLEAR:
        return "so the order holds for records like these"
    return "so other patients could turn the order round"
