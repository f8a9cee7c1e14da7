"""Unfamiliar inputs are what their names say."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from serial_pool import serial_pool
from single_beat_sets import END, single_beats

from ecgfuse.recordings.beats import Beats
from ecgfuse.recordings.labelled_record import Record, read_record
from ecgfuse.studies.heartbeat import ood_inputs
from ecgfuse.studies.heartbeat.ood_inputs import (
    InputsJob,
    Unfamiliar,
    excerpt,
    from_random_start,
    make_unfamiliar,
    read_noises,
)
from ecgfuse.studies.heartbeat.ood_kinds import (
    CHANGED_BEATS,
    SYNTHETIC_LEADS,
    SyntheticLead,
    changed_beats,
    changed_lead,
    synthetic_lead,
)
from ecgfuse.synthetic.database import write_synthetic_database
from ecgfuse.synthetic.noise import write_synthetic_noise

ECG = single_beats([0] * 8 + [1] * 4, record="1").ecg
FS = 360.0
LEAD = np.sin(2 * np.pi * np.arange(3600) / FS)
"""Ten periods of one second."""


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def dominant_rate(signal: np.ndarray, *, fs: float) -> float:
    power = np.abs(np.fft.rfft(signal - signal.mean()))
    return float(np.fft.rfftfreq(len(signal), 1 / fs)[power.argmax()])


@pytest.mark.parametrize("kind", SYNTHETIC_LEADS)
def test_synthetic_signals_have_their_length_and_depend_on_the_generator(
    kind: SyntheticLead,
) -> None:
    signal = synthetic_lead(kind, seconds=25, generator=rng())
    assert signal.shape == (25 * 125,)
    assert np.isfinite(signal).all()
    assert 0.3 < signal.std() < 3
    assert_array_equal(signal, synthetic_lead(kind, seconds=25, generator=rng()))


@pytest.mark.parametrize(
    ("kind", "lowest", "highest"), [("breathing", 0.2, 0.5), ("sine", 0.5, 30)]
)
def test_breaths_and_sines_have_their_rates(
    kind: SyntheticLead, lowest: float, highest: float
) -> None:
    signal = synthetic_lead(kind, seconds=60, generator=rng()).reshape(6, -1)
    rates = [dominant_rate(section, fs=125) for section in signal]
    assert lowest - 0.1 <= min(rates)
    assert max(rates) <= highest + 0.1
    assert len(set(rates)) > 1


@pytest.mark.parametrize(
    ("kind", "fs", "rate"),
    [
        ("rate_250_as_125", 125, 0.5),
        ("rate_360_as_125", 125, 125 / 360),
        ("rate_125_as_250", 250, 2),
        ("rate_125_as_360", 360, 360 / 125),
    ],
)
def test_a_wrong_rate_changes_the_rate_of_the_heart(kind, fs: float, rate: float) -> None:
    signal, claimed = changed_lead(kind, LEAD, fs=FS, generator=rng())
    assert claimed == fs
    assert dominant_rate(signal, fs=claimed) == pytest.approx(rate, rel=0.02)


def test_inverted_clipped_and_saturated_leads() -> None:
    inverted, _ = changed_lead("inverted", LEAD, fs=FS, generator=rng())
    assert_array_equal(inverted, -LEAD)
    shares = {}
    for kind in ("clipped", "saturated"):
        signal, fs = changed_lead(kind, LEAD, fs=FS, generator=rng())
        assert fs == FS
        shares[kind] = np.mean((signal == signal.max()) | (signal == signal.min()))
        assert_array_equal(signal, np.clip(LEAD, signal.min(), signal.max()))
    # Of a sine, half to 80 % of the time is above 60 to 30 % of its peak.
    assert 0.5 < shares["clipped"] < 0.85
    assert shares["saturated"] > 0.9


def test_a_constant_line_has_one_level_of_its_own() -> None:
    lines = changed_beats("constant_line", ECG, generator=rng())
    assert np.ptp(lines, axis=1).max() == 0
    assert len(np.unique(lines)) == len(ECG)


def test_shuffled_beats_have_the_same_samples_and_pieces_stay_whole() -> None:
    for kind in ("shuffled_samples", "shuffled_pieces"):
        shuffled = changed_beats(kind, ECG, generator=rng())
        assert_array_equal(np.sort(shuffled, axis=1), np.sort(ECG, axis=1))
        assert (shuffled != ECG).any(axis=1).all()
    pieces = {tuple(piece) for piece in ECG[0].reshape(17, 11)}
    assert {tuple(piece) for piece in shuffled[0].reshape(17, 11)} == pieces


def test_half_beats_are_the_halves_of_a_beat_followed_by_zeros() -> None:
    first = changed_beats("first_half", ECG, generator=rng())
    second = changed_beats("second_half", ECG, generator=rng())
    half = END // 2
    for part, expected in ((first, ECG[:, :half]), (second, ECG[:, half:END])):
        assert_array_equal(part[:, :half], expected)
        assert not part[:, half:].any()


@pytest.mark.parametrize("kind", CHANGED_BEATS)
def test_changed_beats_have_the_shape_and_range_of_beats(kind) -> None:
    found = changed_beats(kind, ECG, generator=rng())
    assert (found.shape, found.dtype) == (ECG.shape, ECG.dtype)
    assert found.min() >= 0
    assert found.max() <= 1


def test_an_excerpt_is_the_middle_with_the_beats_that_end_in_it() -> None:
    r_peaks = np.arange(0, 100) * 360
    beats = Beats(r_peaks=r_peaks, symbols=np.full(100, "N"), labels=np.arange(100))
    record = Record(
        name="100", lead="MLII", fs=FS, signal=np.arange(36_000, dtype=np.float32), beats=beats
    )
    part = excerpt(record, seconds=20)
    assert part.signal[0] == 40 * 360
    assert len(part.signal) == 20 * 360
    # From second 40 on, without those in the last two seconds.
    assert part.beats.labels.tolist() == [*range(40, 58)]
    assert_array_equal(part.signal[part.beats.r_peaks], record.signal[r_peaks[40:58]])


def test_noise_begins_anywhere_and_goes_on_from_its_beginning_without_a_step() -> None:
    noise = np.array([5.0, 6.0, 8.0, 11.0, 15.0])
    generator = rng()
    drawn = [from_random_start(noise, generator=generator) for _ in range(100)]
    steps = {tuple(np.diff(turned).tolist()) for turned in drawn}
    # The steps in their order, with 0 where the noise goes on from its beginning.
    assert steps == {(1, 2, 3, 4), (2, 3, 4, 0), (3, 4, 0, 1), (4, 0, 1, 2), (0, 1, 2, 3)}


def test_each_recording_has_its_own_piece_of_a_noise_at_all_ratios(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_synthetic_database(tmp_path, minutes=0.5, seed=0, records=["100"])
    same = read_record(tmp_path / "100", leads=("MLII", "V1"), fs=FS)
    monkeypatch.setattr(ood_inputs, "read_record", lambda *_, **__: same)
    monkeypatch.setattr(ood_inputs, "process_pool", serial_pool)
    # The same ratio twice, so that only the piece of the noise could differ.
    job = InputsJob(
        recordings=tmp_path, leads=("MLII",), seconds=20, per_kind=200, snr_db=(6.0, 6.0), seed=1
    )
    inputs = make_unfamiliar(
        ["a", "b"],
        beats=single_beats([0] * 8, record="1"),
        noises={"muscle_artefact": rng().standard_normal(round(60 * FS))},
        job=job,
        workers=1,
    )
    noisy = inputs.ecg[np.isfinite(inputs.table["snr_db"])]
    of_a, again_of_a, of_b, again_of_b = (
        {beat.tobytes() for beat in part} for part in np.split(noisy, 4)
    )
    assert of_a == again_of_a
    assert of_b == again_of_b
    assert of_a.isdisjoint(of_b)


def test_kinds_are_found_in_the_table_noisy_ones_by_their_ratio() -> None:
    kinds = ["sine", "muscle_artefact", "muscle_artefact", "sine", "muscle_artefact"]
    table = {"kind": kinds, "snr_db": [np.nan, -6.0, 24.0, np.nan, 24.0]}
    inputs = Unfamiliar(ecg=np.zeros((5, 187)), table=pd.DataFrame(table))
    by_kind = {kind: rows.tolist() for kind, rows in inputs.of_kind().items()}
    assert by_kind == {"sine": [0, 3], "muscle_artefact": [1]}
    (of_muscle,) = inputs.of_ratio().values()
    assert {ratio: rows.tolist() for ratio, rows in of_muscle.items()} == {24: [2, 4], -6: [1]}


def test_electrode_motion_is_synthetic_where_its_record_is_absent(tmp_path: Path) -> None:
    write_synthetic_noise(tmp_path, records=["ma"], seed=1)
    noises, is_synthetic = read_noises(tmp_path, channel=0, seed=3)
    assert is_synthetic
    assert set(noises) == {"muscle_artefact", "electrode_motion"}
    # 20 to 150 Hz against 0.5 to 10 Hz.
    rough = {kind: np.diff(noise).std() / noise.std() for kind, noise in noises.items()}
    assert rough["muscle_artefact"] > 5 * rough["electrode_motion"]
    write_synthetic_noise(tmp_path, records=["em"], seed=1)
    found, is_synthetic = read_noises(tmp_path, channel=0, seed=3)
    assert not is_synthetic
    assert not np.array_equal(found["electrode_motion"], noises["electrode_motion"])
