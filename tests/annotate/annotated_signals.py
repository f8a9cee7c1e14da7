"""A synthetic lead, and the committed models."""

import numpy as np
from root import ROOT

FS = 360.0
PEAKS = np.arange(300, 60 * 360 - 300, 288)
"""R peaks of `heartbeats`, 0.8 s apart."""
MODELS = ROOT / "models"
DATABASE = ROOT.parent / "shared" / "data" / "mitdb"


def heartbeats(*, noise_mv: float = 0.01) -> np.ndarray:
    """One minute of QRS complexes of 1 mV with T waves and little noise, (n_samples,) in mV."""
    times = np.arange(60 * 360)
    signal = noise_mv * np.random.default_rng(0).normal(size=len(times))
    for peak in PEAKS:
        signal += np.exp(-0.5 * ((times - peak) / 5) ** 2)
        signal += 0.2 * np.exp(-0.5 * ((times - peak - 100) / 18) ** 2)
    return signal
