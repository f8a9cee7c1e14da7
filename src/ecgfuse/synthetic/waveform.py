"""Waveforms of a synthetic patient: beats as sums of Gaussian waves, and noise.

Every wave is a dipole in a plane, which a lead records as its projection on the direction of the
lead, so leads differ as in a patient. Gaussians for P, Q, R, S, T are from McSharry et al., "A
dynamical model for generating synthetic electrocardiogram signals", IEEE Transactions on Biomedical
Engineering 50(3):289-294, 2003.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Conduction = Literal["normal", "left block", "right block", "paced"]

LEAD_DIRECTIONS = {"MLII": 60.0, "V1": 170.0, "V2": 140.0, "V5": 20.0}
"""Direction of each lead, in degrees."""

_BEFORE, _AFTER = 0.40, 0.75  # s around the R peak that a beat covers
_BREATHING = 0.25  # Hz
_P, _Q, _R, _S, _T = range(5)


@dataclass(frozen=True, kw_only=True)
class Waves:
    """P, Q, R, S, T of one beat type: arrays of shape (5,)."""

    amplitude: NDArray[np.float64]
    """In mV, along `direction`."""
    direction: NDArray[np.float64]
    """Of the dipole, in degrees."""
    centre: NDArray[np.float64]
    """In seconds after the R peak."""
    width: NDArray[np.float64]
    """Standard deviation of the Gaussian, in seconds."""


@dataclass(frozen=True, kw_only=True)
class Morphology:
    """Beat shapes of one patient: normally conducted, atrial premature, ventricular."""

    normal: Waves
    atrial: Waves
    ventricular: Waves


def draw_morphology(conduction: Conduction, *, rng: np.random.Generator) -> Morphology:
    """Draw the beat shapes of a patient with the given conduction."""
    normal = _draw_conducted(conduction, rng=rng)
    return Morphology(
        normal=normal,
        atrial=_other_p_wave(normal, rng=rng),
        ventricular=_draw_ventricular(rng),
    )


def _draw_conducted(conduction: Conduction, *, rng: np.random.Generator) -> Waves:
    axis = rng.uniform(25, 75)
    r = rng.uniform(0.9, 1.9)
    t = rng.uniform(0.18, 0.5) * (-0.6 if rng.random() < 0.15 else 1.0)
    amplitude = np.array(
        [rng.uniform(0.08, 0.20), -r * rng.uniform(0.0, 0.15), r, -r * rng.uniform(0.05, 0.35), t]
    )
    direction = axis + np.array([rng.normal(0, 10), *rng.normal(0, 12, 2), *rng.normal(0, 20, 2)])
    centre = np.array([-rng.uniform(0.14, 0.19), -0.028, 0.0, 0.032, rng.uniform(0.25, 0.31)])
    width = np.array([
        rng.uniform(0.018, 0.026), 0.008, rng.uniform(0.010, 0.014), 0.011,
        rng.uniform(0.040, 0.060),
    ])  # fmt: skip
    if conduction == "right block":  # late right ventricle: a slow wave towards V1
        amplitude[_S], direction[_S] = r * rng.uniform(0.35, 0.6), 165 + rng.normal(0, 8)
        centre[_S], width[_S] = 0.055, 0.020
    elif conduction == "left block":  # broad notched R, discordant T
        width[_R], centre[_S], width[_S] = 0.020, 0.050, 0.018
        amplitude[_S], direction[_S] = r * rng.uniform(0.5, 0.75), direction[_R]
        amplitude[_Q], amplitude[_T] = 0.0, -0.5 * abs(t)
    elif conduction == "paced":  # pacemaker spike instead of P, wide QRS
        amplitude[_P], centre[_P], width[_P] = rng.uniform(0.5, 1.2), -0.070, 0.002
        width[_R], centre[_S], width[_S] = 0.028, 0.075, 0.025
        amplitude[_Q], amplitude[_T] = 0.0, -abs(t)
    return Waves(amplitude=amplitude, direction=direction, centre=centre, width=width)


def _other_p_wave(normal: Waves, *, rng: np.random.Generator) -> Waves:
    """The same QRS and T after an ectopic P: lower or inverted, and closer."""
    amplitude, centre, width = normal.amplitude.copy(), normal.centre.copy(), normal.width.copy()
    amplitude[_P] *= rng.uniform(-0.9, 0.4)
    centre[_P] *= rng.uniform(0.65, 0.9)
    width[_P] *= rng.uniform(0.6, 0.85)
    return replace(normal, amplitude=amplitude, centre=centre, width=width)


def _draw_ventricular(rng: np.random.Generator) -> Waves:
    """No P, a QRS of 0.14 to 0.18 s, discordant T."""
    qrs = rng.uniform(0.14, 0.18)  # s; the Gaussians reach about 2.2 widths to both sides
    r = rng.uniform(1.2, 2.4)
    axis = rng.uniform(10, 110) + (180 if rng.random() < 0.3 else 0)
    amplitude = np.array(
        [0.0, -r * rng.uniform(0.0, 0.2), r, -r * rng.uniform(0.2, 0.6), -r * rng.uniform(0.2, 0.4)]
    )
    direction = axis + np.array([0.0, *rng.normal(0, 15, 4)])
    centre = np.array([0.0, -0.4 * qrs, 0.0, 0.45 * qrs, rng.uniform(0.29, 0.34)])
    width = np.array([0.02, 0.12 * qrs, 0.19 * qrs, 0.17 * qrs, rng.uniform(0.055, 0.075)])
    return Waves(amplitude=amplitude, direction=direction, centre=centre, width=width)


def render_beats(
    morphology: Morphology,
    *,
    peaks: NDArray[np.int64],
    classes: NDArray[np.str_],
    leads: Sequence[str],
    n_samples: int,
    sampling_rate: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Render the beats without noise.

    Args:
        peaks: samples of the R peaks, ascending, (n_beats,).
        classes: N, S, V or F for each, (n_beats,).
        leads: names from LEAD_DIRECTIONS, (n_leads,).

    Returns:
        Potential in mV, (n_samples, n_leads).
    """
    # A fusion beat is a weighted mean of both shapes; where the two activations meet varies.
    of_ventricles = np.where(classes == "V", 1.0, 0.0)
    is_fusion = classes == "F"
    of_ventricles[is_fusion] = rng.uniform(0.35, 0.65, is_fusion.sum())
    is_atrial = classes == "S"
    # QT scales with the root of the previous RR; the limits separate T from the next beat.
    rr = np.diff(peaks, prepend=peaks[0] - sampling_rate) / sampling_rate
    stretch = np.clip(np.sqrt(rr / np.median(rr)), 0.8, 1.15)
    # Breathing modulates the amplitude.
    breathing = 1 + 0.04 * np.sin(2 * np.pi * _BREATHING * peaks / sampling_rate)

    pad = int(_AFTER * sampling_rate)
    canvas = np.zeros((n_samples + 2 * pad, len(leads)))
    for waves, share in (
        (morphology.normal, np.where(is_atrial, 0.0, 1 - of_ventricles)),
        (morphology.atrial, np.where(is_atrial, 1.0, 0.0)),
        (morphology.ventricular, of_ventricles),
    ):
        used = share > 0
        shapes = _render_waves(
            waves,
            gain=(share * breathing)[used],
            stretch=stretch[used],
            leads=leads,
            sampling_rate=sampling_rate,
            rng=rng,
        )
        first = peaks[used] + pad - int(_BEFORE * sampling_rate)
        for start, shape in zip(first, shapes, strict=True):
            canvas[start : start + len(shape)] += shape
    return canvas[pad : pad + n_samples]


def _render_waves(
    waves: Waves,
    *,
    gain: NDArray[np.float64],
    stretch: NDArray[np.float64],
    leads: Sequence[str],
    sampling_rate: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Slightly varying beats of one type: (n_beats, n_window, n_leads) in mV."""
    n_beats = len(gain)
    time = np.arange(-int(_BEFORE * sampling_rate), int(_AFTER * sampling_rate)) / sampling_rate
    towards = np.deg2rad([LEAD_DIRECTIONS[lead] for lead in leads])
    projection = np.cos(np.deg2rad(waves.direction)[:, None] - towards)  # (5, n_leads)
    amplitude = gain[:, None] * waves.amplitude * (1 + 0.06 * rng.standard_normal((n_beats, 5)))
    width = waves.width * (1 + 0.04 * rng.standard_normal((n_beats, 5)))
    centre = waves.centre + np.array([0.004, 0.001, 0.0, 0.001, 0.006]) * rng.standard_normal(
        (n_beats, 5)
    )
    centre[:, _T] *= stretch
    shapes = np.zeros((n_beats, len(time), len(leads)))
    for wave in range(5):
        distance = (time - centre[:, wave, None]) / width[:, wave, None]
        bump = amplitude[:, wave, None] * np.exp(-0.5 * distance**2)
        shapes += bump[:, :, None] * projection[wave]
    return shapes


def draw_noise(
    n_samples: int, *, n_leads: int, sampling_rate: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw baseline wander (0.1 to 0.4 Hz), 60 Hz mains, and white and pink muscle noise.

    Returns:
        Potential in mV, (n_samples, n_leads).
    """
    time = np.arange(n_samples)[:, None] / sampling_rate
    noise = np.zeros((n_samples, n_leads))
    for frequency, level in [(f, rng.uniform(0.02, 0.14)) for f in rng.uniform(0.1, 0.4, 3)] + [
        (60.0, rng.uniform(0.002, 0.012))
    ]:
        phase = rng.uniform(0, 2 * np.pi, n_leads)
        noise += level * np.sin(2 * np.pi * frequency * time + phase)
    spectrum = np.fft.rfft(rng.standard_normal((n_samples, n_leads)), axis=0)
    frequencies = np.fft.rfftfreq(n_samples, 1 / sampling_rate)[:, None]
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequencies, 0.5)), n=n_samples, axis=0)
    white = rng.standard_normal((n_samples, n_leads))
    return noise + rng.uniform(0.008, 0.03) * pink / pink.std() + rng.uniform(0.004, 0.015) * white
