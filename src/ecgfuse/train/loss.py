"""Class weights of the cross-entropy."""

from typing import Literal

import numpy as np


def class_weights(
    labels: np.ndarray, *, scheme: Literal["none", "sqrt_inverse", "inverse"], n_classes: int
) -> np.ndarray:
    """Weights (n_classes,) float32 with a mean of 1 over the beats.

    Args:
        labels: (n_beats,), training beats only; every class is present.
        scheme: a weight proportional to 1, frequency^-0.5 or frequency^-1.
    """
    frequency = np.bincount(labels, minlength=n_classes) / len(labels)
    power = {"none": 0.0, "sqrt_inverse": -0.5, "inverse": -1.0}[scheme]
    weights = frequency**power
    return (weights / (weights * frequency).sum()).astype(np.float32)
