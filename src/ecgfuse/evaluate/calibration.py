"""Calibration: of the beats predicted with probability 0.9, are nine of ten correct?

The expected calibration error (ECE) is the mean distance between confidence and accuracy over bins
of confidence of equal width, each weighted by its beats (Naeini et al., AAAI 2015; Guo et al.,
ICML 2017). Bins are open below and closed above.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

Errors = dict[str, float]
"""ECE of the predicted class ("ece"), and of each class against the rest, by its name."""


def reliability_bins(confidence: np.ndarray, correct: np.ndarray, *, n_bins: int) -> pd.DataFrame:
    """Mean confidence and observed frequency in each bin; empty bins are left out.

    Args:
        confidence: (n_beats,) probabilities.
        correct: (n_beats,) bool, whether the predicted event occurred.

    Returns:
        Columns low, high (of the bin), beats, confidence, frequency.
    """
    index = np.clip(np.ceil(confidence * n_bins).astype(np.int64) - 1, 0, n_bins - 1)
    beats = np.bincount(index, minlength=n_bins)
    sums = [np.bincount(index, weights=of, minlength=n_bins) for of in (confidence, correct)]
    table = pd.DataFrame({"low": np.arange(n_bins), "high": 1 + np.arange(n_bins)}) / n_bins
    table = table.assign(beats=beats, confidence=sums[0], frequency=sums[1])[beats > 0]
    table[["confidence", "frequency"]] = table[["confidence", "frequency"]].div(
        table["beats"], axis=0
    )
    return table.reset_index(drop=True)


def calibration_error(bins: pd.DataFrame) -> float:
    """The ECE of bins as `reliability_bins` returns them."""
    distance = (bins["confidence"] - bins["frequency"]).abs()
    return float((distance * bins["beats"]).sum() / bins["beats"].sum())


def reliability_table(
    labels: np.ndarray, probabilities: np.ndarray, *, classes: Sequence[str], n_bins: int
) -> pd.DataFrame:
    """Bins of the predicted class and of each class against the rest.

    Args:
        labels: (n_beats,) int, indices into `classes`.
        probabilities: (n_beats, n_classes).

    Returns:
        As `reliability_bins`, with a first column "of": "predicted", or the name of a class.
    """
    predicted = probabilities.argmax(axis=1)
    events = {"predicted": (probabilities.max(axis=1), predicted == labels)}
    events |= {name: (probabilities[:, i], labels == i) for i, name in enumerate(classes)}
    tables = {
        name: reliability_bins(confidence.astype(np.float64), correct, n_bins=n_bins)
        for name, (confidence, correct) in events.items()
    }
    return pd.concat(tables, names=["of", None]).reset_index("of").reset_index(drop=True)


def calibration_errors(
    labels: np.ndarray, probabilities: np.ndarray, *, classes: Sequence[str], n_bins: int
) -> Errors:
    """The ECE of the predicted class ("ece") and of each class against the rest, of one model."""
    table = reliability_table(labels, probabilities, classes=classes, n_bins=n_bins)
    errors = {str(of): calibration_error(bins) for of, bins in table.groupby("of", sort=False)}
    return {"ece": errors.pop("predicted"), **errors}


def summarise_calibration(
    labels: np.ndarray, probabilities: np.ndarray, *, classes: Sequence[str], n_bins: int
) -> dict[str, Errors]:
    """Calibration errors of several seeds: their "mean", and those of the "ensemble".

    Args:
        labels: (n_beats,) int, indices into `classes`.
        probabilities: (n_seeds, n_beats, n_classes).
    """
    by_seed = pd.DataFrame(
        [calibration_errors(labels, p, classes=classes, n_bins=n_bins) for p in probabilities]
    )
    ensemble = probabilities.mean(axis=0)
    return {
        "mean": {str(name): float(value) for name, value in by_seed.mean().items()},
        "ensemble": calibration_errors(labels, ensemble, classes=classes, n_bins=n_bins),
    }
