"""All results of one model, and the headline that DVC shows."""

from typing import cast

import numpy as np
import pandas as pd

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import BeatSet
from ecgfuse.evaluate.by_record import describe_records, without_same_subject
from ecgfuse.evaluate.calibration import summarise_calibration
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.metrics import MACRO, Scores, nest_headline, score, summarise
from ecgfuse.evaluate.prediction_files import Predictions
from ecgfuse.evaluate.resampled_scores import resample_scores, score_intervals
from ecgfuse.evaluate.resamples import draw_records
from ecgfuse.evaluate.results import EvaluationResults

HEADLINE_PATHS = (
    "data.kind",
    "seeds",
    *(f"test.{name}" for name in (*MACRO, "accuracy")),
    *(f"test.{name}.f1" for name in CLASSES[1:]),
    "test_sd.macro_f1",
    "test_ensemble.macro_f1",
    "valid.macro_f1",
)
"""What the metrics file holds of the results: 13 columns of 'dvc exp show' per model."""


def collect_results(
    beats: dict[str, BeatSet],
    predictions: dict[str, Predictions],
    *,
    by_record: pd.DataFrame,
    dataset: dict[str, str],
    config: EvaluateConfig,
) -> EvaluationResults:
    """Collect the results of one model.

    Args:
        beats: of the splits "valid" and "test".
        predictions: of the same splits.
        by_record: `metrics.score_by_record` of the ensemble on the test records.
        dataset: content of dataset.json of the download stage.
    """
    labels = {split: of_split.labels for split, of_split in beats.items()}
    probabilities = {split: found.probabilities for split, found in predictions.items()}
    test = summarise(labels["test"], probabilities["test"], classes=CLASSES, split="test")
    valid = summarise(labels["valid"], probabilities["valid"], classes=CLASSES, split="valid")
    always_n = np.broadcast_to(np.eye(len(CLASSES))[0], (len(labels["test"]), len(CLASSES)))
    found = {
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
        "by_record": describe_records(by_record, classes=CLASSES),
        "always_n": score(labels["test"], always_n, classes=CLASSES),
    }
    return cast(EvaluationResults, found)  # scores have the keys of CLASSES, not of any classes


def _intervals(
    beats: BeatSet, probabilities: np.ndarray, *, config: EvaluateConfig
) -> dict[str, object]:
    """95 % intervals of the seed mean over draws of the test records, and the number of draws."""
    resamples = draw_records(
        beats.records,
        beats.labels,
        classes=CLASSES,
        n_draws=config.bootstrap,
        rng=np.random.default_rng(config.bootstrap_seed),
    )
    drawn = resample_scores(beats.labels, probabilities, classes=CLASSES, resamples=resamples)
    return {"draws": len(resamples), **nest_headline(score_intervals(drawn), classes=CLASSES)}


def _without_202(
    beats: BeatSet, probabilities: np.ndarray, *, database: str
) -> dict[str, dict[str, Scores]]:
    """The summary without the test record whose patient is in training; empty if not tested."""
    kept = without_same_subject(beats.records, beats.labels, classes=CLASSES, database=database)
    if kept is None:
        return {}
    summary = summarise(beats.labels[kept], probabilities[:, kept], classes=CLASSES)
    return {"test_without_202": summary}


def _calibration(
    labels: dict[str, np.ndarray], probabilities: dict[str, np.ndarray], *, n_bins: int
) -> dict[str, object]:
    """Calibration errors of both splits; the main one is "ece" at the top."""
    errors = {
        split: summarise_calibration(
            labels[split], probabilities[split], classes=CLASSES, n_bins=n_bins
        )
        for split in ("test", "valid")
    }
    return {"ece": errors["test"]["mean"]["ece"], "bins": n_bins, **errors}
