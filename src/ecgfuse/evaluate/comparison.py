"""The comparison stage: is one fusion better than another, beyond the choice of test patients?

Every fusion is scored on the same draws of the test records. A draw with easy patients is easy for
all fusions, so what is left is the difference between them.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.fusions import Fusion
from ecgfuse.evaluate.by_record import without_same_subject
from ecgfuse.evaluate.prediction_files import SeedPredictions, load_predictions
from ecgfuse.evaluate.resampled_scores import resample_scores
from ecgfuse.evaluate.resamples import draw_records, interval
from ecgfuse.evaluate.results import (
    ComparisonResults,
    PairComparison,
    PairedDifference,
    PairScores,
)
from ecgfuse.pipeline.files import write_json

PAIRS: tuple[tuple[Fusion, Fusion], ...] = (
    ("hybrid", "early"),
    ("hybrid", "late"),
    ("late", "early"),
)


def compare(
    predictions: Mapping[Fusion, Path], *, database: str, n_draws: int, seed: int, out: Path
) -> None:
    """Write the paired comparisons of the three fusions.

    Args:
        predictions: fusion -> CSV of its predictions, with an NPY beside it.
        database: name of the database that was tested on.
        n_draws: draws of the test records.
        seed: of the draws.
        out: JSON.

    Raises:
        ValueError: a file is missing, or the fusions were not tested on the same beats.
    """
    tested = {
        fusion: load_predictions(path, classes=CLASSES) for fusion, path in predictions.items()
    }
    comparison = compare_fusions(tested, database=database, n_draws=n_draws, seed=seed)
    write_json(comparison, out)


def compare_fusions(
    tested: Mapping[Fusion, SeedPredictions], *, database: str, n_draws: int, seed: int
) -> ComparisonResults:
    """Compare the fusions pair by pair, with all test records and without 202.

    Returns:
        {"A_vs_B": {"probability_better", "difference", "macro_auprc", "without_202"}} for every
        pair. The first two are of macro F1, and "macro_auprc" holds the same of that score.
        "without_202" repeats all this without the record whose patient is in training, if tested.

    Raises:
        ValueError: the fusions were not tested on the same beats.
    """
    _require_same_beats(tested)
    first = tested[PAIRS[0][0]]
    everything = np.ones(len(first.labels), dtype=bool)
    kept = without_same_subject(first.records, first.labels, classes=CLASSES, database=database)
    drawn = _draw(tested, everything, n_draws=n_draws, seed=seed)
    without = None if kept is None else _draw(tested, kept, n_draws=n_draws, seed=seed)
    found: ComparisonResults = {}
    for one, other in PAIRS:
        pair: PairComparison = {**_compare_pair(drawn[one], drawn[other])}
        if without is not None:
            pair["without_202"] = _compare_pair(without[one], without[other])
        found[f"{one}_vs_{other}"] = pair
    return found


def paired_difference(one: np.ndarray, other: np.ndarray) -> PairedDifference:
    """How often, and by how much, one score is above another on the same draws.

    Args:
        one: scores, (n_draws,).
        other: scores on the same draws, (n_draws,).

    Returns:
        "probability_better": share of draws in which the first is higher, ties count half;
        "difference": {"mean", "low", "high"} of first minus second, with the middle 95 % of draws.
    """
    difference = one - other
    better = np.mean(difference > 0) + np.mean(difference == 0) / 2
    return {
        "probability_better": float(better),
        "difference": {"mean": float(difference.mean()), **interval(difference)},
    }


def _compare_pair(one: pd.DataFrame, other: pd.DataFrame) -> PairScores:
    """The comparison by macro F1, and within it the comparison by macro AUPRC."""
    by = {
        name: paired_difference(one[name].to_numpy(), other[name].to_numpy())
        for name in ("macro_f1", "macro_auprc")
    }
    return {**by["macro_f1"], "macro_auprc": by["macro_auprc"]}


def _draw(
    tested: Mapping[Fusion, SeedPredictions], kept: np.ndarray, *, n_draws: int, seed: int
) -> dict[Fusion, pd.DataFrame]:
    """Scores of every fusion on the same draws of the records of the beats `kept`."""
    first = tested[PAIRS[0][0]]
    labels, rng = first.labels[kept], np.random.default_rng(seed)
    resamples = draw_records(first.records[kept], labels, classes=CLASSES, n_draws=n_draws, rng=rng)
    return {
        fusion: resample_scores(
            labels, found.probabilities[:, kept], classes=CLASSES, resamples=resamples
        )
        for fusion, found in tested.items()
    }


def _require_same_beats(tested: Mapping[Fusion, SeedPredictions]) -> None:
    (first, beats), *others = tested.items()
    for fusion, found in others:
        if not (
            np.array_equal(found.records, beats.records)
            and np.array_equal(found.labels, beats.labels)
        ):
            raise ValueError(
                f"fusions {first} and {fusion} were not tested on the same beats "
                f"({len(beats.labels)} and {len(found.labels)}, or of other records); run "
                "'dvc repro' to test all on the same"
            )
