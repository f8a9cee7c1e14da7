"""A lead assembled from blocks equals the lead in one piece, and its gaps are listed."""

import numpy as np
import pytest

from ecgfuse.annotate import lead as module
from ecgfuse.annotate.lead import assemble_lead
from ecgfuse.recordings.resample import resample_signal

SIGNAL = np.cumsum(np.random.default_rng(0).normal(size=50_000)).astype(np.float32) / 50


@pytest.mark.parametrize("fs", [100.0, 128.0, 250.0, 257.5, 500.0, 2000.0])
def test_resampling_block_by_block_equals_resampling_the_whole(
    monkeypatch: pytest.MonkeyPatch, fs: float
) -> None:
    monkeypatch.setattr(module, "_BLOCK", 7_001)
    lead = assemble_lead(np.array_split(SIGNAL, 13), file_fs=fs, fs=360.0)
    whole = resample_signal(SIGNAL.astype(np.float64), up=360.0, down=fs)
    assert len(lead.signal) == len(whole)
    # The straight line that scipy subtracts first differs from block to block.
    np.testing.assert_allclose(lead.signal, whole, atol=1e-3)
    assert (lead.file_fs, lead.file_samples) == (fs, len(SIGNAL))


@pytest.mark.parametrize("fs", [1999.871, 1234.567, 333.3333, 100.01])
def test_odd_sampling_rates_keep_the_times_of_the_file(fs: float) -> None:
    n_samples = 400_000
    signal = np.zeros(n_samples, dtype=np.float32)
    peaks = np.arange(1000, n_samples, 37_777)
    for peak in peaks:
        signal[peak - 60 : peak + 61] += np.hanning(121).astype(np.float32)
    lead = assemble_lead(np.array_split(signal, 5), file_fs=fs, fs=360.0)
    assert lead.factor == pytest.approx(360 / fs, rel=1e-5)
    for peak in peaks:
        place = round(peak * lead.factor)
        assert abs(int(lead.signal[max(place - 40, 0) : place + 40].argmax()) - 40) <= 1


def test_a_gap_across_blocks_causes_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK", 100)
    signal = np.full(400, 5.0, dtype=np.float32)
    signal[50:350] = np.nan
    lead = assemble_lead([signal], file_fs=360.0, fs=360.0)
    np.testing.assert_array_equal(lead.signal, np.full(400, 5.0))


def test_without_resampling_a_lead_is_unchanged() -> None:
    lead = assemble_lead(np.array_split(SIGNAL, 3), file_fs=360.0, fs=360.0)
    np.testing.assert_array_equal(lead.signal, SIGNAL)
    assert lead.gaps.shape == (0, 2)


def test_a_gap_is_interpolated_and_listed_once_across_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_BLOCK", 100)
    signal = np.arange(300, dtype=np.float32)
    signal[[*range(10, 30), *range(90, 130)]] = np.nan
    lead = assemble_lead([signal], file_fs=360.0, fs=360.0)
    assert lead.gaps.tolist() == [[10, 30], [90, 130]]
    np.testing.assert_allclose(lead.signal[:90], np.arange(90))
    assert np.isfinite(lead.signal).all()


def test_a_few_missing_samples_are_interpolated_and_are_no_gap() -> None:
    signal = np.arange(300, dtype=np.float32)
    signal[[50, 100, 101, *range(200, 217)]] = np.nan  # the last are 47 ms
    lead = assemble_lead([signal], file_fs=360.0, fs=360.0)
    assert lead.gaps.tolist() == []
    np.testing.assert_allclose(lead.signal, np.arange(300))


def test_gaps_are_converted_to_the_rate_of_the_model_rounded_outwards() -> None:
    signal = np.zeros(1000, dtype=np.float32)
    signal[101:121] = np.inf
    lead = assemble_lead([signal], file_fs=250.0, fs=360.0)
    assert lead.gaps.tolist() == [[145, 175]]  # 145.44 to 174.24


@pytest.mark.parametrize("signal", [[], [np.full(50, np.nan, np.float32)]])
def test_a_lead_without_values_is_empty(signal: list[np.ndarray]) -> None:
    lead = assemble_lead(signal, file_fs=250.0, fs=360.0)
    assert len(lead.signal) == 0
