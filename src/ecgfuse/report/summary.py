"""The result in a few sentences that claim no more than the numbers support."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product
from typing import Literal

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.evaluate.results import (
    ComparedNetwork,
    ComparisonResults,
    EvaluationResults,
    PairedDifference,
)
from ecgfuse.report.rows import always_n_row, title_of
from ecgfuse.train.trained_model import BLOCKS

MIN_RECORDS = 5
"""With fewer records, resampling them is not informative."""

Score = Literal["macro_f1", "macro_auprc"]
SCORES: dict[Score, str] = {"macro_auprc": "macro AUPRC", "macro_f1": "macro F1"}

_ANCHORS = ("waveform", "rr")


def rank_by_macro_f1(results: Mapping[str, EvaluationResults]) -> list[str]:
    """Models by macro F1 on the test records, mean over the seeds, best first."""
    return sorted(results, key=lambda name: -results[name]["test"]["macro_f1"])


def summarise_result(
    results: Mapping[str, EvaluationResults], *, comparison: ComparisonResults, n_records: int
) -> list[str]:
    """Sentences on what can be told apart, by how much, and what cannot.

    Two networks differ clearly if the 95 % interval of their difference over draws of the test
    records and the seeds does not contain 0.

    Args:
        results: name -> results of the compared networks.
        comparison: results of the stage comparison.
        n_records: number of test records.
    """
    networks = comparison["networks"]
    fusions = [name for name in FUSIONS if name in networks]
    anchors = [name for name in _ANCHORS if name in networks]
    sentences = [
        f"Early, late and hybrid fusion read the same waveform, the same RR features and the same "
        f"comparisons with the patient's median beat. On the {n_records} test records, "
        f"{_over(networks[fusions[0]]['seeds'])}, they reach {_listed(networks, fusions)}."
    ]
    if n_records >= MIN_RECORDS:
        sentences.append(_tell_apart(comparison, combinations(fusions, 2), what="the three"))
    sentences.append(f"What there is to fuse: {_listed(networks, anchors)}.")
    if n_records >= MIN_RECORDS:
        pairs = [(anchor, fusion) for anchor in anchors for fusion in fusions]
        sentences.append(_tell_apart(comparison, pairs, what="the fusions and these"))
        if blocks := [("late", block) for block in BLOCKS if block in networks]:
            what = "late fusion and the same with another block"
            sentences.append(_tell_apart(comparison, blocks, what=what))
        sentences.append(
            f"The intervals are those of {comparison['draws']:,} draws of the records, the same "
            "for all networks, and of their seeds. They are not corrected for the number of pairs."
        )
    trivial = always_n_row(results[fusions[0]]).values
    sentences.append(
        f"Calling every beat N would give macro F1 {trivial['macro_f1']:.1f} % and "
        f"accuracy {trivial['accuracy']:.1f} %, so accuracy is not informative here."
    )
    return sentences


def difference_of(
    comparison: ComparisonResults, one: str, *, other: str, score: Score
) -> PairedDifference:
    """One network minus the other, in either order of the stored pair."""
    pairs = comparison["pairs"]
    if (key := f"{one}_vs_{other}") in pairs:
        return pairs[key][score]
    stored = pairs[f"{other}_vs_{one}"][score]
    turned = stored["difference"]
    return {
        "probability_better": 1 - stored["probability_better"],
        "difference": {"mean": -turned["mean"], "low": -turned["high"], "high": -turned["low"]},
    }


def _tell_apart(
    comparison: ComparisonResults, pairs: Iterable[tuple[str, str]], *, what: str
) -> str:
    """Which pairs differ clearly, by how much; and how far apart the others are at most."""
    clear, unclear = [], []
    networks = comparison["networks"]
    for pair, (score, title) in product(pairs, SCORES.items()):
        behind, ahead = sorted(pair, key=lambda name: networks[name][score])
        gap = 100 * (networks[ahead][score] - networks[behind][score])
        drawn = difference_of(comparison, ahead, other=behind, score=score)["difference"]
        if drawn["low"] > 0:
            names = f"{title_of(ahead)} ahead of {title_of(behind)}"
            low, high = (f"{100 * drawn[side]:.1f}" for side in ("low", "high"))
            clear.append(f"{names} by {gap:.1f} points ({low} to {high}) in {title}")
        else:
            unclear.append(gap)
    parts = []
    if clear:
        parts.append(f"Clear between {what}: {'; '.join(clear)}.")
    if unclear:
        others = "All other differences" if clear else f"The differences between {what}"
        parts.append(
            f"{others} (at most {max(unclear):.1f} points) are not clear: their 95 % intervals "
            "contain 0."
        )
    return " ".join(parts)


def _over(seeds: int) -> str:
    return "with one seed each" if seeds == 1 else f"as means over {seeds} seeds"


def _listed(networks: Mapping[str, ComparedNetwork], names: Sequence[str]) -> str:
    """Macro AUPRC and macro F1 of some networks, in words."""
    return "; ".join(
        f"{title_of(name)} {100 * networks[name]['macro_auprc']:.1f} % macro AUPRC and "
        f"{100 * networks[name]['macro_f1']:.1f} % macro F1"
        for name in names
    )
