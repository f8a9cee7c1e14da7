"""Read the signal of a noise record that goes with a channel of a recording."""

from pathlib import Path

import numpy as np

from ecgfuse.records.reader import read_lead
from ecgfuse.records.resample import resample_signal
from ecgfuse.records.synthetic_noise import NOISE_LEADS


def read_noise(path: Path, *, channel: int, fs: float) -> np.ndarray:
    """Noise for one channel of a recording, (n_samples,), aligned with the recording's start.

    As in nst, the first channel gets the first signal, the second the second, the third the first.

    Args:
        path: path of the noise record without an extension.
        channel: of the recording, counted from 0.
        fs: sampling rate wanted, in Hz.

    Raises:
        ValueError: the record is missing, cut or damaged.
    """
    if not path.with_name(f"{path.name}.hea").is_file():
        raise ValueError(
            f"{path}.hea: no such noise record; add {path.name} to noise_data.kinds and run "
            "'dvc repro download_noise', or take it out of noise.kinds or noisy_beats.kinds"
        )
    noise, _, file_fs = read_lead(path, leads=[NOISE_LEADS[channel % len(NOISE_LEADS)]])
    return resample_signal(noise, up=fs, down=file_fs)
