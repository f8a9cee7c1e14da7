"""Synthetic noise has the format of the real records, and its power in the right band."""

from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecgfuse.synthetic.noise import write_synthetic_noise

KINDS = ("bw", "em", "ma")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nstdb")
    write_synthetic_noise(folder, records=KINDS, seed=3)
    return folder


@pytest.mark.parametrize("name", KINDS)
def test_records_have_the_form_of_the_real_ones_and_say_what_they_are(
    folder: Path, name: str
) -> None:
    record = wfdb.rdrecord(str(folder / name))
    assert record.sig_name == ["noise1", "noise2"]
    assert record.fs == 360
    assert record.p_signal.shape == (650_000 - 2000, 2)
    assert record.units == ["mV", "mV"]
    assert "synthetic" in record.comments[0]


@pytest.mark.parametrize(
    ("name", "low", "high"), [("bw", 0.05, 0.5), ("em", 0.5, 10), ("ma", 20, 150)]
)
def test_the_power_of_each_kind_is_in_its_band(
    folder: Path, name: str, low: float, high: float
) -> None:
    signal = wfdb.rdrecord(str(folder / name)).p_signal
    power = np.abs(np.fft.rfft(signal, axis=0)) ** 2
    frequencies = np.fft.rfftfreq(len(signal), 1 / 360)
    inside = (frequencies >= low) & (frequencies <= high)
    assert (power[inside].sum(axis=0) / power.sum(axis=0) > 0.99).all()
    np.testing.assert_allclose(signal.std(axis=0), 0.3, rtol=0.01)


def test_signals_and_records_are_independent(folder: Path) -> None:
    signals = np.concatenate([wfdb.rdrecord(str(folder / name)).p_signal for name in KINDS], axis=1)
    correlation = np.corrcoef(signals, rowvar=False) - np.eye(6)
    assert np.abs(correlation).max() < 0.2


def test_the_same_seed_produces_the_same_bytes_whatever_the_other_records(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "same").mkdir()
    (tmp_path / "other").mkdir()
    write_synthetic_noise(tmp_path / "same", records=["ma"], seed=3)
    write_synthetic_noise(tmp_path / "other", records=["ma"], seed=4)
    expected = (folder / "ma.dat").read_bytes()
    assert (tmp_path / "same" / "ma.dat").read_bytes() == expected
    assert (tmp_path / "other" / "ma.dat").read_bytes() != expected
    assert (tmp_path / "same" / "RECORDS").read_text() == "ma\n"


def test_an_unknown_noise_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"noise\.kinds is 'xx', but only bw, em, ma"):
        write_synthetic_noise(tmp_path, records=["xx"], seed=0)
