"""Add noise to a recording at a signal-to-noise ratio as defined by the WFDB tools nst and sigamp.

Source: nst(1) and sigamp(1), WFDB Applications Guide (physionet.org/physiotools/wag/nst-1.htm);
Moody, Muldrow and Mark, "A noise stress test for arrhythmia detectors", Computers in Cardiology
11:381-384, 1984. SNR = 10 log10(S / N):

- S is A^2 / 8, the power of a sine of peak-to-peak amplitude A. A is the trimmed mean of the
  peak-to-peak amplitudes, from 50 ms before to 50 ms after the annotation, of the first 300 QRS
  complexes that are neither ventricular nor fusion beats.
- N is the square of the trimmed mean of the root mean square, about its own mean, of each of the
  first 300 seconds of the noise, so that slow drift counts less than it would as plain power.
- A trimmed mean leaves out the largest 5 % and the smallest 5 %.

Two differences from nst: its standard protocol alternates two noisy and two clean minutes after
five clean minutes, to test how a detector recovers; here noise is added from the first to the last
sample, so that every beat is scored under the same conditions. And a noise record at another
sampling rate is resampled before, not after, its amplitude is measured.
"""

import dataclasses

import numpy as np

from ecgfuse.recordings.labelled_record import Record

QRS_REACH_S = 0.05
N_QRS = 300
N_SECONDS = 300
_TRIMMED = 20  # 1 / 20 of the values is left out at either end
# nst uses map1 of WFDB's ecgmap.h, which counts S beats and paced beats as normal.
_NOT_NORMAL = "VErF?"


def add_noise(record: Record, *, noise: np.ndarray, snr_db: float) -> Record:
    """Add noise from the first to the last sample; the beat annotations are unchanged.

    Args:
        noise: (n,) at the sampling rate of the recording, of any length and unit.
        snr_db: signal-to-noise ratio in dB.

    Raises:
        ValueError: the recording has no normal QRS, or its QRS or the noise are flat.
    """
    gain = noise_gain(
        qrs_mv=qrs_amplitude(record), noise_rms=noise_amplitude(noise, fs=record.fs), snr_db=snr_db
    )
    added = gain * extend_noise(noise, n_samples=len(record.signal))
    return dataclasses.replace(record, signal=(record.signal + added).astype(np.float32))


def noise_gain(*, qrs_mv: float, noise_rms: float, snr_db: float) -> float:
    """Gain of the noise in mV per unit of it, from SNR = 10 log10(S / (N gain^2)).

    Args:
        qrs_mv: peak-to-peak amplitude of the QRS, in mV.
        noise_rms: root mean square of the noise, in its unit.
        snr_db: signal-to-noise ratio in dB.
    """
    signal_power = qrs_mv**2 / 8
    return float(np.sqrt(signal_power / (noise_rms**2 * 10 ** (snr_db / 10))))


def qrs_amplitude(record: Record) -> float:
    """Trimmed mean of the peak-to-peak amplitudes of the first 300 normal QRS, in mV.

    Raises:
        ValueError: there is no normal QRS, or all are flat.
    """
    reach = round(QRS_REACH_S * record.fs)
    peaks, symbols = record.beats.r_peaks, record.beats.symbols
    whole = (peaks >= reach) & (peaks + reach < len(record.signal))
    normal = peaks[whole & ~np.isin(symbols, list(_NOT_NORMAL))][:N_QRS]
    windows = record.signal[normal[:, None] + np.arange(-reach, reach + 1)]  # (n_qrs, n_window)
    amplitude = _trimmed_mean(np.ptp(windows, axis=1)) if len(normal) else 0.0
    if amplitude == 0:
        raise ValueError(
            f"record {record.name}: no normal QRS has an amplitude, so that no signal-to-noise "
            "ratio is defined; remove the record from the lists of the group split"
        )
    return amplitude


def noise_amplitude(noise: np.ndarray, *, fs: float) -> float:
    """Trimmed mean of the root mean square of each of the first 300 seconds, in the noise's unit.

    Args:
        noise: (n_samples,), at least one second.
        fs: sampling rate in Hz.

    Raises:
        ValueError: the noise is shorter than a second, or flat.
    """
    second = round(fs)
    n_seconds = min(N_SECONDS, len(noise) // second)
    seconds = noise[: n_seconds * second].reshape(n_seconds, second)  # (n_seconds, fs)
    amplitude = _trimmed_mean(seconds.std(axis=1)) if n_seconds else 0.0
    if amplitude == 0:
        raise ValueError(
            f"the noise has {len(noise)} samples and no amplitude, but needs at least one second "
            "that is not flat; run the stage 'download_noise' again"
        )
    return amplitude


def extend_noise(noise: np.ndarray, *, n_samples: int) -> np.ndarray:
    """Shift noise to begin at 0 and cut or repeat it to a length.

    As in nst, each repetition is offset by a constant, so that it begins where the last one ended.

    Args:
        noise: (n,).

    Returns:
        (n_samples,).
    """
    from_zero = noise - noise[0]
    n_repeats = -(-n_samples // len(noise))
    repeats = from_zero + from_zero[-1] * np.arange(n_repeats)[:, None]  # (n_repeats, n)
    return repeats.reshape(-1)[:n_samples]


def _trimmed_mean(values: np.ndarray) -> float:
    cut = len(values) // _TRIMMED
    return float(np.sort(values)[cut : len(values) - cut].mean())
