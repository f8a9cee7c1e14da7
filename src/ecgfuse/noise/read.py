"""Read the signal of a noise record that belongs to a channel of a recording."""

from pathlib import Path

import numpy as np

from ecgfuse.recordings.labelled_record import read_lead
from ecgfuse.recordings.resample import resample_signal
from ecgfuse.synthetic.noise import NOISE_LEADS


def read_noise(path: Path, *, channel: int, fs: float) -> np.ndarray:
    """Read the noise for one channel of a recording, (n_samples,).

    As in nst, the first channel gets the first signal, the second the second, the third the first.

    Args:
        path: of the noise record, without extension.
        channel: of the recording, counted from 0.
        fs: sampling rate to resample to, in Hz.

    Raises:
        ValueError: the record is missing, truncated or damaged.
    """
    if not path.with_name(f"{path.name}.hea").is_file():
        raise ValueError(
            f"{path}.hea: no such noise record; add {path.name} to noise_data.kinds and run the "
            "stage 'download_noise' again, or remove it from noise.kinds and noisy_beats.kinds"
        )
    noise, _, file_fs = read_lead(path, leads=[NOISE_LEADS[channel % len(NOISE_LEADS)]])
    return resample_signal(noise, up=fs, down=file_fs)
