"""Unusable segments and beats are flagged with the reason, usable ones are not."""

import numpy as np
import pytest
from annotated_signals import FS, PEAKS, heartbeats

from ecgfuse.annotate.lead import Lead, assemble_lead
from ecgfuse.annotate.quality import BadSpans, find_bad_spans, find_noisy_beats, flag_beats


def lead_of(signal: np.ndarray) -> Lead:
    return assemble_lead([signal.astype(np.float32)], file_fs=FS, fs=FS)


def spans_of(signal: np.ndarray) -> list[tuple[str, int, int]]:
    bad = find_bad_spans(lead_of(signal))
    return [(str(r), *s) for r, s in zip(bad.reasons, bad.spans.tolist(), strict=True)]


def test_clean_heartbeats_have_no_bad_span() -> None:
    assert spans_of(heartbeats()) == []


def test_a_flat_line_of_two_seconds_is_flagged_and_a_shorter_one_is_not() -> None:
    signal = heartbeats()
    signal[3600:4340] = 0.3
    assert spans_of(signal) == [("flat", 3600, 4320)]
    signal = heartbeats()
    signal[3600:4300] = 0.3
    assert spans_of(signal) == []


def test_an_ecg_in_the_wrong_unit_is_not_flat() -> None:
    """A warning then names the amplitude; "no heartbeat" would not tell why."""
    assert spans_of(heartbeats() / 1000) == []
    assert [reason for reason, _, _ in spans_of(np.zeros(7200, np.float32))] == [
        "flat",
        "saturated",
    ]


def test_a_pause_with_a_little_noise_is_not_flat() -> None:
    signal = heartbeats()
    signal[3600:5400] = 0.005 * np.random.default_rng(0).normal(size=1800)
    assert spans_of(signal) == []


def test_baseline_wander_is_no_saturation() -> None:
    times = np.arange(60 * 360) / FS
    assert spans_of(heartbeats() + 5 * np.sin(2 * np.pi * 0.3 * times)) == []


def test_a_signal_that_stays_at_a_limit_of_its_range_is_saturated() -> None:
    signal = heartbeats()
    signal[5000:5030] = 5.0
    signal[6000:6005] = 5.0  # as short as the tip of an R wave
    assert spans_of(signal) == [("saturated", 5000, 5030)]


def test_gaps_are_no_signal() -> None:
    signal = heartbeats()
    signal[100:220] = np.nan
    assert spans_of(signal) == [("no signal", 100, 220)]


def test_silent_spans_are_merged() -> None:
    spans = np.array([[0, 100], [20, 30], [50, 60], [100, 120], [200, 210]])
    reasons = np.array(["flat", "no signal", "saturated", "no signal", "flat"])
    bad = BadSpans(spans=spans, reasons=reasons)
    assert bad.silent().tolist() == [[0, 120], [200, 210]]
    assert bad.usable(300, least=1) == [(120, 200), (210, 300)]
    assert bad.usable(300, least=85) == [(210, 300)]


def test_an_interpolated_gap_is_not_flat() -> None:
    signal = heartbeats()
    signal[7200:9000] = np.nan
    assert spans_of(signal) == [("no signal", 7200, 9000)]


def test_overlapping_spans_are_found() -> None:
    bad = BadSpans(spans=np.array([[10, 20], [50, 60]]), reasons=np.array(["flat", "no signal"]))
    first, end = np.array([0, 0, 20, 55, 60]), np.array([10, 11, 50, 56, 99])
    assert bad.overlapping(first, end).tolist() == [-1, 0, -1, 1, -1]


def test_nested_spans_are_found() -> None:
    bad = BadSpans(spans=np.array([[0, 100], [20, 30], [200, 210]]), reasons=np.array(["a"] * 3))
    first, end = np.array([50, 100, 150]), np.array([60, 150, 201])
    assert bad.overlapping(first, end).tolist() == [0, -1, 2]


def test_clean_beats_are_not_noisy() -> None:
    assert not find_noisy_beats(heartbeats(), r_peaks=PEAKS, fs=FS).any()


def test_a_tall_neighbour_is_not_noise() -> None:
    """A ventricular couplet: the QRS complex of the next beat is three times as tall."""
    signal = heartbeats()
    close = PEAKS[5] + round(0.3 * FS)
    signal += 3 * np.exp(-0.5 * ((np.arange(len(signal)) - close) / 8) ** 2)
    peaks = np.sort(np.append(PEAKS, close))
    assert not find_noisy_beats(signal, r_peaks=peaks, fs=FS).any()


def test_a_broad_and_tall_beat_is_not_noise() -> None:
    """A ventricular beat: its QRS complex is wider than the usual one."""
    signal = heartbeats()
    signal += 2 * np.exp(-0.5 * ((np.arange(len(signal)) - PEAKS[5]) / 25) ** 2)
    assert not find_noisy_beats(signal, r_peaks=PEAKS, fs=FS).any()


def flags_around_a_gap(*, causal: bool) -> list[str]:
    signal, bad = heartbeats(), BadSpans(spans=np.array([[3000, 3600]]), reasons=np.array(["flat"]))
    flags = flag_beats(signal, r_peaks=PEAKS, bad=bad, fs=FS, causal=causal).tolist()
    first = next(i for i, flag in enumerate(flags) if flag == "flat")
    return flags[first - 2 : first + 6]


def test_next_to_a_gap_one_interval_of_each_neighbour_is_unknown() -> None:
    found = flags_around_a_gap(causal=False)
    assert found == ["", "gap after", "flat", "flat", "flat", "gap before", "", ""]


def test_a_causal_model_can_classify_the_beat_before_a_gap() -> None:
    found = flags_around_a_gap(causal=True)
    assert found == ["", "", "flat", "flat", "flat", "gap before", "", ""]


@pytest.mark.parametrize("hz", [2.0, 50.0])
def test_beats_in_noise_of_four_times_the_qrs_amplitude_are_noisy(hz: float) -> None:
    signal, times = heartbeats(), np.arange(len(heartbeats())) / FS
    start, end = PEAKS[8] - 100, PEAKS[11] + 250
    signal[start:end] += 2 * np.sin(2 * np.pi * hz * times[start:end])
    noisy = find_noisy_beats(signal, r_peaks=PEAKS, fs=FS)
    assert noisy[8:12].all()
    assert not noisy[:7].any()
    assert not noisy[13:].any()


def test_a_recording_without_beats_has_no_noisy_beats() -> None:
    assert len(find_noisy_beats(heartbeats(), r_peaks=PEAKS[:0], fs=FS)) == 0
