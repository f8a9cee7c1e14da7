"""Windows of unlabelled recordings, which pretraining reads."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

_FLAT = 1e-3  # mV; 1 µV is no signal


@dataclass(frozen=True, kw_only=True)
class WindowShape:
    """What the objectives have to know about a window."""

    n_leads: int
    """Leads of a recording, or rows of a beat."""
    n_patches: int
    patch: int
    """Samples of a patch, 25 as published; the windows of the masked autoencoders are whole
    patches."""
    clip: int
    """Samples that MAE-Nextclip foretells: half a cardiac cycle as published."""
    span: int
    """Tokens of a span that W2V+CMSC+RLM hides, 10 as published."""
    scales: tuple[float, ...]
    """How large each lead usually is: errors and noise are in these units, so that all leads count
    alike. 1 where windows are z-scored."""

    @property
    def n_samples(self) -> int:
        """Length of a window, for W2V+CMSC+RLM of each of its two segments."""
        return self.n_patches * self.patch


@dataclass(frozen=True)
class Windows:
    """Windows of several recordings."""

    signal: Tensor
    """(n_windows, n_leads, n_samples) float32"""
    recordings: Tensor
    """(n_windows,) int64: the number of the recording that each is from."""

    def __len__(self) -> int:
        return len(self.signal)


def z_score(windows: np.ndarray) -> np.ndarray:
    """Zero mean in every lead, and unit variance over all leads of a window together.

    One scale keeps how high the leads are beside each other. A flat lead becomes zeros.

    Args:
        windows: (n_windows, n_leads, n_samples), in mV.
    """
    centred = windows - windows.mean(axis=2, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=(1, 2), keepdims=True))
    return (centred / np.maximum(spread, _FLAT)).astype(np.float32)
