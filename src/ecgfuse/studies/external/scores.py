"""Predictions for another database -> scores of the classes that it has enough beats of.

A macro score over all four classes would say nothing where a class has a few dozen beats: 52
records of SVDB have 22 fusion beats in five records, against 8,576 S and 5,130 V beats. Such a
class is left out of the mean, but its beats stay: taken for another class they are false positives
of that one.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.comparison import paired_difference
from ecgfuse.evaluate.metrics import score_by_record
from ecgfuse.evaluate.prediction_files import SeedPredictions
from ecgfuse.evaluate.resamples import draw_records, interval
from ecgfuse.evaluate.results import PairedDifference
from ecgfuse.studies.external.results import ClassCounts

RATES = ("f1", "sensitivity", "ppv")


def count_classes(
    records: np.ndarray, labels: np.ndarray, *, min_beats: int, min_records: int
) -> dict[str, ClassCounts]:
    """Count beats and records of each class, and decide which classes are reported.

    Args:
        records: (n_beats,), the name of each beat's record.
        labels: (n_beats,) int, indices into CLASSES.
        min_beats: beats of a reported class, at least.
        min_records: records with such beats, at least.

    Raises:
        ValueError: fewer than two classes are reported.
    """
    counts: dict[str, ClassCounts] = {}
    for index, name in enumerate(CLASSES):
        own = records[labels == index]
        beats, of = len(own), len(np.unique(own))
        enough = beats >= min_beats and of >= min_records
        counts[name] = {"beats": beats, "records": of, "reported": enough}
    if sum(count["reported"] for count in counts.values()) < 2:
        found = ", ".join(f"{c['beats']} {name} in {c['records']}" for name, c in counts.items())
        raise ValueError(
            f"fewer than two classes have {min_beats} beats in {min_records} records (beats and "
            f"records: {found}); remove the database from external.databases, or lower "
            "external.min_beats and external.min_records"
        )
    return counts


def score_models(
    predicted: Mapping[str, SeedPredictions],
    *,
    reported: Sequence[str],
    n_draws: int,
    rng: np.random.Generator,
) -> dict[str, object]:
    """Score models on the same beats and the same draws of the records.

    Args:
        predicted: model -> its predictions.
        reported: names of the classes to score.
        n_draws: draws of the records for the intervals.
        rng: of the draws.

    Returns:
        draws, models and differences of `ExternalResults`.

    Raises:
        ValueError: the predictions are not of the same beats.
    """
    first, *others = predicted.values()
    same = all(
        np.array_equal(o.records, first.records) and np.array_equal(o.labels, first.labels)
        for o in others
    )
    if not same:
        raise ValueError(
            f"the models {', '.join(predicted)} were not tested on the same beats; run the stage "
            "external again with 'dvc repro --force'"
        )
    columns = [CLASSES.index(name) for name in reported]
    kept = np.isin(first.labels, columns)
    times = draw_records(
        first.records[kept],
        np.searchsorted(columns, first.labels[kept]),
        classes=reported,
        n_draws=n_draws,
        rng=rng,
    ).times
    names = np.unique(first.records[kept])
    models: dict[str, object] = {}
    drawn_f1: dict[str, np.ndarray] = {}
    for model, found in predicted.items():
        counts = _count(found, classes=reported, names=names)
        rates = _rates(counts.sum(axis=1))
        drawn = _rates(np.einsum("dr,srkc->dskc", times, counts)).mean(axis=1)
        drawn_f1[model] = drawn[:, 0].mean(axis=1)
        macro = rates[:, 0].mean(axis=1)
        models[model] = {
            "seeds": len(macro),
            "macro_f1": float(macro.mean()),
            "macro_f1_sd": float(macro.std(ddof=1)) if len(macro) > 1 else 0.0,
            "ci": {
                "macro_f1": interval(drawn_f1[model]),
                **{
                    name: {rate: interval(drawn[:, k, i]) for k, rate in enumerate(RATES)}
                    for i, name in enumerate(reported)
                },
            },
            **{
                name: {rate: float(rates[:, k, i].mean()) for k, rate in enumerate(RATES)}
                for i, name in enumerate(reported)
            },
        }
    return {"draws": len(times), "models": models, "differences": _differences(drawn_f1)}


def _count(found: SeedPredictions, *, classes: Sequence[str], names: np.ndarray) -> np.ndarray:
    """Beats, predicted and correct beats of each class, (n_seeds, n_records, 3, n_classes).

    Args:
        names: of the records, sorted.
    """
    by_seed = []
    for probabilities in found.probabilities:
        table = (
            score_by_record(
                found.records, found.labels, probabilities.argmax(axis=1), classes=CLASSES
            )
            .set_index("record")
            .loc[names]
        )
        parts = [
            table[[f"{part}_{name}" for name in classes]].to_numpy()
            for part in ("beats", "predicted", "correct")
        ]
        by_seed.append(np.stack(parts, axis=1))
    return np.stack(by_seed)


def _rates(counts: np.ndarray) -> np.ndarray:
    """Counts (..., 3, n_classes) as above -> RATES (..., 3, n_classes).

    A class that is never predicted has ppv 0, as in `metrics.score`.
    """
    beats, called, correct = np.moveaxis(counts, -2, 0)
    ppv = np.divide(correct, called, out=np.zeros(correct.shape), where=called > 0)
    return np.stack([2 * correct / (beats + called), correct / beats, ppv], axis=-2)


def _differences(drawn_f1: Mapping[str, np.ndarray]) -> dict[str, PairedDifference]:
    """Every pair of models, by macro F1 on the same draws."""
    return {
        f"{one}_vs_{other}": paired_difference(drawn_f1[one], drawn_f1[other])
        for one, other in combinations(drawn_f1, 2)
    }
