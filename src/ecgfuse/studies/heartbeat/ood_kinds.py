"""Kinds of input that are no heartbeat, or none of the lead and rate that the networks know.

Where the world gives a signal, a kind is a signal, whose beats are then found and cut like those of
any recording; where users give beats, it changes beats. Breathing and accelerometer signals are
synthetic: no database at hand has them.
"""

from typing import Literal, assert_never, get_args

import numpy as np
from scipy.signal import lfilter

from ecgfuse.datasets.single_beats import FS, LENGTH
from ecgfuse.ood.quality import beat_ends
from ecgfuse.recordings.resample import resample_signal

SyntheticLead = Literal["white_noise", "sine", "random_walk", "breathing", "accelerometer"]
ChangedLead = Literal[
    "inverted",
    "clipped",
    "saturated",
    "rate_250_as_125",
    "rate_360_as_125",
    "rate_125_as_250",
    "rate_125_as_360",
]
ChangedBeats = Literal[
    "constant_line", "shuffled_samples", "shuffled_pieces", "first_half", "second_half"
]

SYNTHETIC_LEADS: tuple[SyntheticLead, ...] = get_args(SyntheticLead)
"""Signals that are no ECG. Breathing and accelerometer are models of such sensors."""
CHANGED_LEADS: tuple[ChangedLead, ...] = get_args(ChangedLead)
"""Recordings of the heart that were recorded or read wrongly. In `rate_A_as_B` a recording at A Hz
is read as one at B Hz."""
CHANGED_BEATS: tuple[ChangedBeats, ...] = get_args(ChangedBeats)
"""Beats that are damaged, or none, in a table of beats."""

_SECTION_S = 10.0
"""Sines and models of sensors change their rate after this time, as the windows of the cutting."""
_PIECE = 11
"""Samples of a shuffled piece; 17 of them are a beat."""


def synthetic_lead(
    kind: SyntheticLead, *, seconds: float, generator: np.random.Generator
) -> np.ndarray:
    """A signal that is no ECG, (n_samples,) at 125 Hz, with a standard deviation of about 1 mV."""
    if kind == "white_noise":
        return generator.standard_normal(round(seconds * FS))
    if kind == "random_walk":
        walk = generator.standard_normal(round(seconds * FS)).cumsum()
        return walk / walk.std()
    n_sections = -(-seconds // _SECTION_S)
    sections = [_section(kind, generator=generator) for _ in range(int(n_sections))]
    return np.concatenate(sections)[: round(seconds * FS)]


def _section(
    kind: Literal["sine", "breathing", "accelerometer"], *, generator: np.random.Generator
) -> np.ndarray:
    """Ten seconds of a periodic signal, (1250,)."""
    n_samples = round(_SECTION_S * FS)
    noise = generator.standard_normal(n_samples)
    if kind == "sine":
        rate = np.exp(generator.uniform(np.log(0.5), np.log(30)))
        return np.sqrt(2) * np.sin(_phase(rate, sway=0, n_samples=n_samples, generator=generator))
    if kind == "breathing":  # 12 to 30 breaths per minute, with a second harmonic
        rate = generator.uniform(0.2, 0.5)
        phase = _phase(rate, sway=0.1, n_samples=n_samples, generator=generator)
        second = generator.uniform(0.1, 0.4) * np.sin(2 * phase)
        return 1.4 * (np.sin(phase) + second) + 0.02 * noise
    # 1.2 to 2.6 steps per second, whose impacts have harmonics, and the noise of the sensor.
    rate = generator.uniform(1.2, 2.6)
    phase = _phase(rate, sway=0.05, n_samples=n_samples, generator=generator)
    harmonics = np.arange(1, 6)
    sizes = generator.uniform(0.2, 1, size=5) / np.sqrt(harmonics)
    delays = generator.uniform(0, 2 * np.pi, size=5)
    waves = np.sin(harmonics[:, None] * phase + delays[:, None])  # (5, n_samples)
    return np.sqrt(2) * sizes @ waves + 0.15 * noise


def _phase(
    rate: float, *, sway: float, n_samples: int, generator: np.random.Generator
) -> np.ndarray:
    """Phase of an oscillation whose rate, in Hz, slowly varies by a share of it, (n_samples,)."""
    slow = lfilter([0.01], [1, -0.99], generator.standard_normal(n_samples))
    slow /= slow.std()
    start = generator.uniform(0, 2 * np.pi)
    return start + 2 * np.pi * np.cumsum(rate * (1 + sway * slow)) / FS


def changed_lead(
    kind: ChangedLead, signal: np.ndarray, *, fs: float, generator: np.random.Generator
) -> tuple[np.ndarray, float]:
    """A lead as it arrives when something is wrong, and the rate in Hz that it claims to have.

    Args:
        signal: (n_samples,) in mV.
        fs: its sampling rate in Hz.
    """
    match kind:
        case "inverted":
            return -signal, fs
        case "clipped":  # the tips of the QRS complexes are lost
            return _clip(signal, share=generator.uniform(0.3, 0.6)), fs
        case "saturated":  # the amplifier is at a rail most of the time
            return _clip(signal, share=generator.uniform(0.03, 0.1)), fs
        case "rate_250_as_125":
            return resample_signal(signal, up=250, down=fs), 125.0
        case "rate_360_as_125":
            return resample_signal(signal, up=360, down=fs), 125.0
        case "rate_125_as_250":
            return resample_signal(signal, up=125, down=fs), 250.0
        case "rate_125_as_360":
            return resample_signal(signal, up=125, down=fs), 360.0
        case _:
            assert_never(kind)


def _clip(signal: np.ndarray, *, share: float) -> np.ndarray:
    """Cut a lead off at a share of its largest usual deflection from the median."""
    middle = np.median(signal)
    limit = share * np.quantile(np.abs(signal - middle), 0.995)
    return np.clip(signal, middle - limit, middle + limit)


def changed_beats(
    kind: ChangedBeats, ecg: np.ndarray, *, generator: np.random.Generator
) -> np.ndarray:
    """Damaged beats, or constant lines in their place.

    Args:
        ecg: (n_beats, 187) in [0, 1].

    Returns:
        The same shape and type.
    """
    if kind == "constant_line":
        levels = generator.uniform(0, 1, size=(len(ecg), 1))
        return np.repeat(levels, LENGTH, axis=1).astype(ecg.dtype)
    if kind == "shuffled_samples":
        return generator.permuted(ecg, axis=1)
    if kind == "shuffled_pieces":
        pieces = ecg.reshape(len(ecg), -1, _PIECE)
        order = generator.permuted(np.tile(np.arange(pieces.shape[1]), (len(ecg), 1)), axis=1)
        return np.take_along_axis(pieces, order[:, :, None], axis=1).reshape(ecg.shape)
    offsets = np.arange(LENGTH)
    end = beat_ends(ecg)
    half = end // 2
    if kind == "first_half":
        return np.where(offsets < half[:, None], ecg, 0)
    shifted = np.minimum(offsets + half[:, None], LENGTH - 1)
    rest = np.take_along_axis(ecg, shifted, axis=1)
    return np.where(offsets < (end - half)[:, None], rest, 0)
