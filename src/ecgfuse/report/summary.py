"""The result in a few sentences that say no more than the numbers carry."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ecgfuse.report.comparison import always_n_row
from ecgfuse.report.records import concentrations, errors, records_with_half_of

_CLEAR = 0.975
"""Share of draws in which one fusion must be ahead for the order to be called settled."""


def rank_by_macro_f1(metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Fusions by macro F1 on the test records, mean over the seeds, best first."""
    return sorted(metrics, key=lambda fusion: -metrics[fusion]["test"]["macro_f1"])


def summarise_result(
    metrics: Mapping[str, Mapping[str, Any]], *, resampled: pd.DataFrame, n_records: int
) -> list[str]:
    """Sentences on which fusion is ahead, by how much, and how sure that is.

    Args:
        metrics: fusion -> its metrics file.
        resampled: from `records.resample_records`.
        n_records: number of test records.
    """
    best, *others = rank_by_macro_f1(metrics)
    test, seeds = metrics[best]["test"], metrics[best]["seeds"]
    sentences = [
        f"{best.capitalize()} fusion has "
        f"{'the highest' if others else 'a'} macro F1 on the {n_records} test records: "
        f"{_mean_sd(metrics[best])} % ({_over(seeds)})."
    ]
    if others:
        sentences.append(_compare_seeds(metrics, best=best, second=others[0]))
        if len(resampled):
            sentences.append(
                _compare_records(resampled, best=best, second=others[0], n_records=n_records)
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
    trivial = always_n_row(test).values
    sentences.append(
        f"A program that calls every beat N would have macro F1 {trivial['macro_f1']:.1f} % and "
        f"accuracy {trivial['accuracy']:.1f} %, so accuracy says little here."
    )
    return sentences


def summarise_records(table: pd.DataFrame) -> list[str]:
    """Sentences on how few records hold the beats of a class, and the errors."""
    sentences = [
        f"Record {found.record} holds {found.beats:,} of the {found.total:,} {found.name} beats "
        f"({100 * found.share:.0f} %)."
        for found in concentrations(table)
    ]
    wrong = errors(table)
    if wrong.sum() > 0:
        half = records_with_half_of(wrong)
        hold = "holds" if half == 1 else "hold"
        sentences.append(
            f"{half} of {len(wrong)} records {hold} at least half of the {wrong.sum():,} wrong "
            "beats."
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


def _compare_records(resampled: pd.DataFrame, *, best: str, second: str, n_records: int) -> str:
    share = float((resampled[best] > resampled[second]).mean())
    often = f"{100 * share:.0f} % of {len(resampled):,} draws"
    verdict = (
        "so the order holds for records like these"
        if share >= _CLEAR
        else "so other patients could turn the order round"
    )
    return (
        f"When the {n_records} records are drawn anew with replacement, {best} fusion (as an "
        f"ensemble) is ahead of {second} in {often}, {verdict}."
    )
