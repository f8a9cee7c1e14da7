"""Noise records are read channel by channel, at the sampling rate of the recording."""

from pathlib import Path

import numpy as np
import pytest
from recording_files import wave
from wfdb_records import write_record

from ecgfuse.noise.read import read_noise


@pytest.fixture
def bw(tmp_path: Path) -> Path:
    leads = {"noise1": wave(3600, hz=2), "noise2": 0.5 * wave(3600, hz=3)}
    return write_record(tmp_path, name="bw", leads=leads)


@pytest.mark.parametrize(("channel", "hz", "mv"), [(0, 2, 1), (1, 3, 0.5), (2, 2, 1)])
def test_channels_of_the_recording_alternate_between_the_signals(
    bw: Path, channel: int, hz: float, mv: float
) -> None:
    noise = read_noise(bw, channel=channel, fs=360)
    np.testing.assert_allclose(noise, mv * wave(3600, hz=hz), atol=1 / 200)


def test_noise_at_another_rate_is_resampled(bw: Path) -> None:
    noise = read_noise(bw, channel=0, fs=250)
    assert len(noise) == 2500
    inner = slice(50, -50)
    np.testing.assert_allclose(noise[inner], wave(2500, fs=250, hz=2)[inner], atol=0.01)


def test_a_missing_noise_record_is_reported_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"em\.hea: no such noise record.*download_noise.*noise\.k"
    ):
        read_noise(tmp_path / "em", channel=0, fs=360)


def test_a_truncated_noise_record_is_refused(bw: Path) -> None:
    path = bw.with_suffix(".dat")
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"record bw: .*\bbw\.dat"):
        read_noise(bw, channel=0, fs=360)
