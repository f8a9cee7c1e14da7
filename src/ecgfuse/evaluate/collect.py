"""Everything that the results file of one model holds, and the headline that DVC shows of it."""

from typing import Any

import numpy as np
import pandas as pd

from ecgfuse.datasets.beats import BeatSet
from ecgfuse.evaluate.by_record import describe_records, without_same_subject
from ecgfuse.evaluate.calibration import summarise_calibration
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.metrics import MACRO, nest_headline, score, summarise
from ecgfuse.evaluate.prediction_files import Predictions
from ecgfuse.evaluate.resampled_scores import resample_scores, score_intervals
from ecgfuse.evaluate.resamples import draw_records
from ecgfuse.records.annotations import CLASSES

HEADLINE_PATHS = (
    "data.kind",
    "seeds",
    *(f"test.{name}" for name in (*MACRO, "accuracy")),
    *(f"test.{name}.f1" for name in CLASSES[1:]),
    "test_sd.macro_f1",
    "test_ensemble.macro_f1",
    "valid.macro_f1",
)
"""What the metrics file has of the results: 13 columns of 'dvc exp show' a model."""


def collect_results(
    beats: dict[str, BeatSet],
    predictions: dict[str, Predictions],
    *,
    by_record: pd.DataFrame,
    dataset: dict[str, str],
    config: EvaluateConfig,
) -> dict[str, Any]:
    """The results of one model: dictionaries, numbers and strings.

    Args:
        beats, predictions: of the splits "valid" and "test".
        by_record: `metrics.score_by_record` of the ensemble on the test records.
        dataset: what the download stage says of the recordings.
    """
    labels = {split: of_split.labels for split, of_split in beats.items()}
    probabilities = {split: found.probabilities for split, found in predictions.items()}
    test = summarise(labels["test"], probabilities["test"], split="test")
    valid = summarise(labels["valid"], probabilities["valid"], split="valid")
    always_n = np.broadcast_to(np.eye(len(CLASSES))[0], (len(labels["test"]), len(CLASSES)))
    return {
        "data": {
            "database": dataset["database"],
            "kind": dataset["kind"],
            "test_beats": len(beats["test"]),
            "unused_test_beats": len(beats["test"].annotated) - len(beats["test"]),
            "valid_beats": len(beats["valid"]),
        },
        "seeds": len(probabilities["test"]),
        "test": test["mean"],
        "test_sd": test["sd"],
        "test_ensemble": test["ensemble"],
        "test_ci": _intervals(beats["test"], probabilities["test"], config=config),
        **_without_202(beats["test"], probabilities["test"], database=dataset["database"]),
        "valid": valid["mean"],
        "valid_sd": valid["sd"],
        "calibration": _calibration(labels, probabilities, n_bins=config.ece_bins),
        "by_record": describe_records(by_record),
        "always_n": score(labels["test"], always_n),
    }


def _intervals(
    beats: BeatSet, probabilities: np.ndarray, *, config: EvaluateConfig
) -> dict[str, Any]:
    """95 % intervals of the seeds' mean over draws of the test records, and how many draws."""
    rng = np.random.default_rng(config.bootstrap_seed)
    resamples = draw_records(beats.records, beats.labels, n_draws=config.bootstrap, rng=rng)
    drawn = resample_scores(beats.labels, probabilities, resamples=resamples)
    return {"draws": len(resamples), **nest_headline(score_intervals(drawn))}


def _without_202(
    beats: BeatSet, probabilities: np.ndarray, *, database: str
) -> dict[str, dict[str, Any]]:
    """The summary without the test record whose person is in training; empty where it is not."""
    kept = without_same_subject(beats.records, beats.labels, database=database)
    if kept is None:
        return {}
    return {"test_without_202": summarise(beats.labels[kept], probabilities[:, kept])}


def _calibration(
    labels: dict[str, np.ndarray], probabilities: dict[str, np.ndarray], *, n_bins: int
) -> dict[str, Any]:
    """Calibration errors of both splits; "ece" on top is the one to look at."""
    errors = {
        split: summarise_calibration(labels[split], probabilities[split], n_bins=n_bins)
        for split in ("test", "valid")
    }
    return {"ece": errors["test"]["mean"]["ece"], "bins": n_bins, **errors}
