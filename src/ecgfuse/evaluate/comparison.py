"""The comparison stage: is one network better than another, beyond the choice of test patients?

All networks are scored on the same draws of the test records. A draw with easy patients is easy for
all of them, so what is left is the difference between them. In every draw the seeds of each network
are drawn with replacement, too, so that the luck of training counts as much as that of the choice
of patients.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.by_record import without_same_subject
from ecgfuse.evaluate.metrics import summarise
from ecgfuse.evaluate.prediction_files import SeedPredictions, load_predictions
from ecgfuse.evaluate.resampled_scores import resample_scores
from ecgfuse.evaluate.resamples import draw_records, interval
from ecgfuse.evaluate.results import (
    ComparisonResults,
    PairComparison,
    PairedDifference,
    PairScores,
)
from ecgfuse.models.store import NetworkSpec, load_seeds
from ecgfuse.pipeline.files import write_json

INPUTS = ("n_signal_rows", "length", "n_rr", "n_morphology")
"""Fields of `NetworkSpec` that describe what a network reads."""


def compare(
    predictions: Mapping[str, Path],
    *,
    networks: Mapping[str, Path],
    database: str,
    n_draws: int,
    seed: int,
    out: Path,
) -> None:
    """Write the paired comparisons of all networks.

    Args:
        predictions: name of the network -> CSV of its predictions, with an NPY beside it.
        networks: the same names -> folder of the trained seeds.
        database: name of the database that was tested on.
        n_draws: draws of the test records.
        seed: of the draws.
        out: JSON.

    Raises:
        ValueError: a file is missing, or the networks did not read the same inputs or were not
            tested on the same beats.
    """
    tested = {name: load_predictions(path, classes=CLASSES) for name, path in predictions.items()}
    specs = {name: load_seeds(folder)[0].spec for name, folder in networks.items()}
    require_same_inputs(specs)
    write_json(
        compare_networks(tested, specs=specs, database=database, n_draws=n_draws, seed=seed), out
    )


def require_same_inputs(specs: Mapping[str, NetworkSpec]) -> None:
    """Raise an error unless networks that read a kind of input read the same of it.

    A network without RR or without a waveform has the size 0 there.

    Raises:
        ValueError: names the networks and what differs.
    """
    for field in INPUTS:
        sizes = {name: getattr(spec, field) for name, spec in specs.items()}
        if len({size for size in sizes.values() if size}) > 1:
            raise ValueError(
                f"the compared networks read different inputs, {field} is {sizes}; run 'dvc repro' "
                "to train all of them on the same"
            )


def compare_networks(
    tested: Mapping[str, SeedPredictions],
    *,
    specs: Mapping[str, NetworkSpec],
    database: str,
    n_draws: int,
    seed: int,
) -> ComparisonResults:
    """Compare the networks pair by pair, with all test records and without 202.

    Of each pair, the network that comes later in `tested` is compared with the earlier one.
    "without_202" repeats the comparison without the record whose patient is in training, if tested.

    Raises:
        ValueError: the networks were not tested on the same beats.
    """
    first = _same_beats(tested)
    kept = without_same_subject(first.records, first.labels, classes=CLASSES, database=database)
    everything = np.ones(len(first.labels), dtype=bool)
    drawn = _draw(tested, everything, n_draws=n_draws, seed=seed)
    without = None if kept is None else _draw(tested, kept, n_draws=n_draws, seed=seed)
    pairs: dict[str, PairComparison] = {}
    for other, one in combinations(tested, 2):
        pair: PairComparison = {**_compare_pair(drawn[one], drawn[other])}
        if without is not None:
            pair["without_202"] = _compare_pair(without[one], without[other])
        pairs[f"{one}_vs_{other}"] = pair
    means = {
        name: summarise(found.labels, found.probabilities, classes=CLASSES)["mean"]
        for name, found in tested.items()
    }
    return {
        "networks": {
            name: {
                "n_signal_rows": specs[name].n_signal_rows,
                "length": specs[name].length,
                "n_rr": specs[name].n_rr,
                "n_morphology": specs[name].n_morphology,
                "seeds": len(found.probabilities),
                "macro_f1": means[name]["macro_f1"],
                "macro_auprc": means[name]["macro_auprc"],
            }
            for name, found in tested.items()
        },
        "draws": len(drawn[next(iter(drawn))]),
        "pairs": pairs,
    }


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
    return {
        "macro_f1": paired_difference(one["macro_f1"].to_numpy(), other["macro_f1"].to_numpy()),
        "macro_auprc": paired_difference(
            one["macro_auprc"].to_numpy(), other["macro_auprc"].to_numpy()
        ),
    }


def _draw(
    tested: Mapping[str, SeedPredictions], kept: np.ndarray, *, n_draws: int, seed: int
) -> dict[str, pd.DataFrame]:
    """Scores of every network on the same draws of the records of the beats `kept`."""
    first = next(iter(tested.values()))
    labels, rng = first.labels[kept], np.random.default_rng(seed)
    resamples = draw_records(first.records[kept], labels, classes=CLASSES, n_draws=n_draws, rng=rng)
    drawn = {}
    for name, found in tested.items():
        by_seed = [
            resample_scores(labels, of_seed[None, kept], classes=CLASSES, resamples=resamples)
            for of_seed in found.probabilities
        ]
        drawn[name] = mean_of_drawn_seeds(by_seed, rng=rng)
    return drawn


def mean_of_drawn_seeds(
    by_seed: Sequence[pd.DataFrame], *, rng: np.random.Generator
) -> pd.DataFrame:
    """Mean over as many seeds as there are, drawn with replacement, anew for each draw of records.

    Args:
        by_seed: scores of each seed, (n_draws, n_scores).
    """
    scores = np.stack([of_seed.to_numpy() for of_seed in by_seed])  # (n_seeds, n_draws, n_scores)
    n_seeds, n_draws, _ = scores.shape
    chosen = rng.integers(n_seeds, size=(n_seeds, n_draws))
    means = scores[chosen, np.arange(n_draws)].mean(axis=0)  # (n_draws, n_scores)
    return pd.DataFrame(means, columns=by_seed[0].columns)


def _same_beats(tested: Mapping[str, SeedPredictions]) -> SeedPredictions:
    """The first of the predictions; an error unless all are of the same beats."""
    (first, beats), *others = tested.items()
    for name, found in others:
        if not (
            np.array_equal(found.records, beats.records)
            and np.array_equal(found.labels, beats.labels)
        ):
            raise ValueError(
                f"{first} and {name} were not tested on the same beats "
                f"({len(beats.labels)} and {len(found.labels)}, or of other records); run "
                "'dvc repro' to test all on the same"
            )
    return beats
