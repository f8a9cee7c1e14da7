"""The result in a few sentences that claim no more than the numbers support."""

import math
from collections.abc import Mapping

from ecgfuse.evaluate.results import ComparisonResults, EvaluationResults
from ecgfuse.report.rows import always_n_row

MIN_RECORDS = 5
"""With fewer records, resampling them is not informative."""

_CLEAR = 0.975
"""One fusion must be ahead in this share of draws for the order to be called clear."""


def rank_by_macro_f1(results: Mapping[str, EvaluationResults]) -> list[str]:
    """Fusions by macro F1 on the test records, mean over the seeds, best first."""
    return sorted(results, key=lambda fusion: -results[fusion]["test"]["macro_f1"])


def summarise_result(
    results: Mapping[str, EvaluationResults], *, comparison: ComparisonResults, n_records: int
) -> list[str]:
    """Sentences on which fusion is ahead, by how much, and how certain that is.

    Args:
        results: fusion -> its results.
        comparison: results of the stage comparison.
        n_records: number of test records.
    """
    best, *others = rank_by_macro_f1(results)
    seeds = results[best]["seeds"]
    sentences = [
        f"{best.capitalize()} fusion has "
        f"{'the highest' if others else 'a'} macro F1 on the {n_records} test records: "
        f"{_mean_sd(results[best])} % ({_over(seeds)})."
    ]
    if others:
        sentences.append(_compare_seeds(results, best=best, second=others[0]))
        if n_records >= MIN_RECORDS:
            share = probability_ahead(comparison, best, of=others[0])
            sentences.append(
                f"When the {n_records} records are resampled with replacement, {best} fusion is "
                f"ahead of {others[0]} in {100 * share:.0f} % of "
                f"{results[best]['test_ci']['draws']:,} draws, {_clear(share)}."
            )
        by_auprc = max(results, key=lambda fusion: results[fusion]["test"]["macro_auprc"])
        also = "also " if by_auprc == best else ""
        sentences.append(
            f"By macro AUPRC, {by_auprc} fusion is {also}ahead "
            f"({100 * results[by_auprc]['test']['macro_auprc']:.1f} %)."
        )
    if seeds > 1:
        ensemble = 100 * results[best]["test_ensemble"]["macro_f1"]
        sentences.append(
            f"The mean probability over the seeds of {best} fusion reaches {ensemble:.1f} %."
        )
    trivial = always_n_row(results[best]).values
    sentences.append(
        f"Calling every beat N would give macro F1 {trivial['macro_f1']:.1f} % and "
        f"accuracy {trivial['accuracy']:.1f} %, so accuracy is not informative here."
    )
    return sentences


def probability_ahead(comparison: ComparisonResults, fusion: str, *, of: str) -> float:
    """How often a fusion is ahead of another, in either order of the pair."""
    if (pair := f"{fusion}_vs_{of}") in comparison:
        return float(comparison[pair]["probability_better"])
    return 1 - float(comparison[f"{of}_vs_{fusion}"]["probability_better"])


def _mean_sd(results: EvaluationResults) -> str:
    mean = f"{100 * results['test']['macro_f1']:.1f}"
    if results["seeds"] == 1:
        return mean
    return f"{mean} \N{PLUS-MINUS SIGN} {100 * results['test_sd']['macro_f1']:.1f}"


def _over(seeds: int) -> str:
    if seeds == 1:
        return "one seed"
    return f"mean \N{PLUS-MINUS SIGN} standard deviation over {seeds} seeds"


def _compare_seeds(results: Mapping[str, EvaluationResults], *, best: str, second: str) -> str:
    gap = 100 * (results[best]["test"]["macro_f1"] - results[second]["test"]["macro_f1"])
    ahead = f"It is {gap:.1f} points ahead of {second} fusion ({_mean_sd(results[second])} %)"
    if min(results[best]["seeds"], results[second]["seeds"]) == 1:
        return f"{ahead}; with one seed this cannot be distinguished from chance."
    spreads = [100 * results[fusion]["test_sd"]["macro_f1"] for fusion in (best, second)]
    spread = math.hypot(*spreads) / math.sqrt(2)
    if spread == 0:
        return f"{ahead}; the seeds do not differ."
    ratio = gap / spread
    if ratio < 1:
        verdict = "less than the seeds differ: the two cannot be distinguished"
    elif ratio < 2:
        verdict = "about as much as the seeds differ: weak evidence"
    else:
        verdict = "more than the seeds differ"
    return f"{ahead}, {ratio:.1f} times the spread between seeds ({spread:.1f} points), {verdict}."


def _clear(share: float) -> str:
    if share >= _CLEAR:
        return "so the order is likely to hold for records like these"
    return "so other patients could reverse the order"
