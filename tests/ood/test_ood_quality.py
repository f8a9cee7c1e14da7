"""Rules of signal quality keep beats and name what is wrong with other inputs."""

import numpy as np
import pytest
from single_beat_sets import single_beats

from ecgfuse.ood.quality import beat_ends, find_faults

TIME = np.arange(187)
NORMAL, WIDE = single_beats([0, 1], record="1").ecg
"""Beats (187,) with some noise."""


def fault(beat: np.ndarray) -> str:
    (found,) = find_faults(np.asarray(beat, dtype=np.float32)[None])
    return str(found)


def changed(**places: float) -> np.ndarray:
    """A normal beat, some samples of which have another value."""
    beat = NORMAL.copy()
    for place, value in places.items():
        beat[int(place.removeprefix("at"))] = value
    return beat


@pytest.mark.parametrize("beat", [NORMAL, WIDE])
def test_narrow_and_wide_beats_have_no_fault(beat: np.ndarray) -> None:
    assert fault(beat) == ""


@pytest.mark.parametrize("level", [0.0, 0.3, 0.9, 1.0])
def test_a_constant_line_is_no_beat(level: float) -> None:
    assert fault(np.full(187, level)) == ("flat" if level else "empty")


@pytest.mark.parametrize("value", [np.nan, np.inf, -0.01, 1.01])
def test_a_sample_outside_of_the_range_is_a_fault(value: float) -> None:
    assert fault(changed(at50=value)) == "range"


def test_a_rate_above_200_per_minute_is_too_fast() -> None:
    # 1.2 RR intervals of 0.3 s are 45 samples at 125 Hz.
    assert fault(np.where(TIME < 44, NORMAL, 0)) == "short"
    assert fault(np.where(TIME < 45, NORMAL, 0)) == ""


def test_a_line_of_200_ms_is_flat_also_within_a_beat() -> None:
    for n_equal, expected in ((25, ""), (26, "flat")):  # 26 equal samples: 25 without a change
        line = np.where(np.isin(TIME, range(60, 60 + n_equal)), 0.4, NORMAL)
        assert fault(line) == expected


def test_a_plateau_at_the_top_is_clipped() -> None:
    assert fault(WIDE) == ""
    assert fault(np.minimum(WIDE, WIDE[9])) == "clipped"


def test_noise_as_large_as_the_beat_is_rough() -> None:
    noise = np.random.default_rng(0).uniform(size=187)
    assert fault(noise) == "rough"
    assert fault(np.clip(NORMAL + 0.02 * noise * (NORMAL > 0), 0, 1)) == ""


def test_a_slow_wave_has_no_r_peak() -> None:
    assert fault(0.5 + 0.4 * np.cos(2 * np.pi * TIME / 187)) == "no R peak"


def test_faults_do_not_depend_on_the_other_beats() -> None:
    beats = np.stack([NORMAL, np.full(187, 0.9, dtype=np.float32), WIDE])
    assert find_faults(beats).tolist() == ["", "flat", ""]
    assert find_faults(beats[:0]).tolist() == []


def test_the_end_of_a_beat_is_where_the_zeros_begin() -> None:
    beats = np.zeros((3, 187))
    beats[0, :100] = 0.5
    beats[1, [0, 40]] = 0.5  # a zero within the beat is not its end
    assert beat_ends(beats).tolist() == [100, 41, 0]
