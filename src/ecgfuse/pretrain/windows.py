"""Windows of unlabelled recordings for pretraining."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

_FLAT = 1e-3  # mV; below 1 µV a window counts as flat


@dataclass(frozen=True, kw_only=True)
class WindowShape:
    """Shape of a window, and lengths that the objectives derive from it."""

    n_leads: int
    """Leads of a recording, or rows of a beat."""
    n_patches: int
    patch: int
    """Samples per patch, 25 as published; masked autoencoders need windows of whole patches."""
    clip: int
    """Samples that MAE-Nextclip predicts: half a cardiac cycle as published."""
    span: int
    """Tokens per span that W2V+CMSC+RLM masks, 10 as published."""
    scales: tuple[float, ...]
    """Typical amplitude per lead, the unit of errors and noise, so that all leads are weighted
    equally; 1 for z-scored windows."""

    @property
    def n_samples(self) -> int:
        """Length of a window; for W2V+CMSC+RLM, of each of its two segments."""
        return self.n_patches * self.patch


@dataclass(frozen=True)
class Windows:
    """Windows of several recordings."""

    signal: Tensor
    """(n_windows, n_leads, n_samples) float32"""
    recordings: Tensor
    """(n_windows,) int64: recording index of each window."""

    def __len__(self) -> int:
        return len(self.signal)


def z_score(windows: np.ndarray) -> np.ndarray:
    """Zero mean per lead, and unit variance over all leads of a window together.

    The common scale preserves the relative amplitudes of the leads. A flat lead becomes zeros.

    Args:
        windows: (n_windows, n_leads, n_samples), in mV.
    """
    centred = windows - windows.mean(axis=2, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=(1, 2), keepdims=True))
    return (centred / np.maximum(spread, _FLAT)).astype(np.float32)
