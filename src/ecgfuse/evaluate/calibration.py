"""Does a probability of 0.9 mean that nine of ten are right?

The expected calibration error (ECE) is the mean distance between confidence and the share that is
right, over bins of confidence of equal width, each weighed by its beats (Naeini et al., AAAI 2015;
Guo et al., ICML 2017). Bins are open below and closed above.
"""

import numpy as np
import pandas as pd

from ecgfuse.records.annotations import CLASSES

Errors = dict[str, float]
"""ECE by what it is of: "ece", the predicted class, and each class against the rest."""


def reliability_bins(confidence: np.ndarray, right: np.ndarray, *, n_bins: int) -> pd.DataFrame:
    """Mean confidence beside the share that is right, bin by bin; empty bins are left out.

    Args:
        confidence: (n_beats,) probabilities.
        right: (n_beats,) bool, whether what the probability is of was so.

    Returns:
        Columns low, high (of the bin), beats, confidence, frequency.
    """
    index = np.clip(np.ceil(confidence * n_bins).astype(np.int64) - 1, 0, n_bins - 1)
    beats = np.bincount(index, minlength=n_bins)
    sums = [np.bincount(index, weights=of, minlength=n_bins) for of in (confidence, right)]
    table = pd.DataFrame({"low": np.arange(n_bins), "high": 1 + np.arange(n_bins)}) / n_bins
    table = table.assign(beats=beats, confidence=sums[0], frequency=sums[1])[beats > 0]
    table[["confidence", "frequency"]] = table[["confidence", "frequency"]].div(
        table["beats"], axis=0
    )
    return table.reset_index(drop=True)


def calibration_error(bins: pd.DataFrame) -> float:
    """The ECE of what `reliability_bins` gives."""
    distance = (bins["confidence"] - bins["frequency"]).abs()
    return float((distance * bins["beats"]).sum() / bins["beats"].sum())


def reliability_table(
    labels: np.ndarray, probabilities: np.ndarray, *, n_bins: int
) -> pd.DataFrame:
    """Bins of the predicted class and of each class against the rest.

    Args:
        labels: (n_beats,) int, indices into CLASSES.
        probabilities: (n_beats, n_classes).

    Returns:
        As `reliability_bins`, with a first column "of": "predicted", or the letter of a class.
    """
    predicted = probabilities.argmax(axis=1)
    asked = {"predicted": (probabilities.max(axis=1), predicted == labels)}
    asked |= {name: (probabilities[:, i], labels == i) for i, name in enumerate(CLASSES)}
    tables = {
        name: reliability_bins(confidence.astype(np.float64), right, n_bins=n_bins)
        for name, (confidence, right) in asked.items()
    }
    return pd.concat(tables, names=["of", None]).reset_index("of").reset_index(drop=True)


def calibration_errors(labels: np.ndarray, probabilities: np.ndarray, *, n_bins: int) -> Errors:
    """The ECE of the predicted class ("ece"), and of each class against the rest, of one model."""
    table = reliability_table(labels, probabilities, n_bins=n_bins)
    errors = {str(of): calibration_error(bins) for of, bins in table.groupby("of", sort=False)}
    return {"ece": errors.pop("predicted"), **errors}


def summarise_calibration(
    labels: np.ndarray, probabilities: np.ndarray, *, n_bins: int
) -> dict[str, Errors]:
    """Calibration errors of several seeds, their "mean", and those of the "ensemble".

    Args:
        labels: (n_beats,) int, indices into CLASSES.
        probabilities: (n_seeds, n_beats, n_classes).
    """
    by_seed = pd.DataFrame([calibration_errors(labels, p, n_bins=n_bins) for p in probabilities])
    return {
        "mean": {str(name): float(value) for name, value in by_seed.mean().items()},
        "ensemble": calibration_errors(labels, probabilities.mean(axis=0), n_bins=n_bins),
    }
