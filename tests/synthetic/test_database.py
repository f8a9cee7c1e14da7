"""The synthetic database is readable, reproducible, and its beats behave like their classes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecgfuse.synthetic.database import MITDB_RECORDS, SAMPLING_RATE, write_synthetic_database
from ecgfuse.synthetic.rhythm import draw_rhythm, schedule_beats

SPLITS = {
    "train": "101 106 108 109 112 115 116 118 119 122 201 203 208 209 215 223 230",
    "valid": "114 124 205 207 220",
    "test": "100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 "
    "233 234",
}
PACED = ("102", "104", "107", "217")
BEATS = "NLR/AVFf"
CLASS_OF_SYMBOL = {"N": "N", "L": "N", "R": "N", "A": "S", "V": "V", "F": "F"}
PATIENTS = ("100", "101", "106", "223")
"""Records of normal conduction, written long enough to measure beats."""


@dataclass(frozen=True)
class Written:
    """One record as read back; `classes` are S, V, F and N for all others."""

    potential: np.ndarray
    peaks: np.ndarray
    classes: np.ndarray

    def template(self, kind: str) -> np.ndarray:
        """Median first lead from 0.2 s before to 0.4 s after the R peaks of a class, in mV."""
        window = np.arange(-72, 144)
        peaks = self.peaks[self.classes == kind]
        beats = self.potential[peaks[:, None] + window, 0]
        return np.median(beats - np.median(beats, axis=1, keepdims=True), axis=0)


def read(folder: Path, name: str) -> Written:
    annotation = wfdb.rdann(str(folder / name), "atr")
    symbols = np.array(annotation.symbol)
    is_beat = np.isin(symbols, list(BEATS))
    classes = np.array([CLASS_OF_SYMBOL.get(symbol, symbol) for symbol in symbols])
    return Written(
        potential=wfdb.rdrecord(str(folder / name)).p_signal,
        peaks=annotation.sample[is_beat],
        classes=classes[is_beat],
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def write(folder: Path, **arguments: object) -> Path:
    folder.mkdir()
    write_synthetic_database(folder, **{"minutes": 0.5, "seed": 0, **arguments})
    return folder


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All records, half a minute each."""
    return write(tmp_path_factory.mktemp("short") / "mitdb")


@pytest.fixture(scope="module")
def patients(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Written]:
    folder = write(tmp_path_factory.mktemp("long") / "mitdb", minutes=5, records=PATIENTS)
    return {name: read(folder, name) for name in PATIENTS}


def test_the_same_seed_produces_the_same_bytes(tmp_path: Path) -> None:
    first = write(tmp_path / "first", records=["100", "217"])
    second = write(tmp_path / "second", records=["100", "217"])
    assert contents(first) == contents(second)


def test_other_seed_returns_other_signals_and_beats(tmp_path: Path) -> None:
    first = contents(write(tmp_path / "first", records=["100"]))
    second = contents(write(tmp_path / "second", records=["100"], seed=1))
    assert first["100.dat"] != second["100.dat"]
    assert first["100.atr"] != second["100.atr"]


def test_record_does_not_depend_on_the_other_records(database: Path, tmp_path: Path) -> None:
    alone = contents(write(tmp_path / "alone", records=["231"]))
    everything = contents(database)
    for suffix in ("dat", "hea", "atr"):
        assert alone[f"231.{suffix}"] == everything[f"231.{suffix}"]


def test_database_has_the_files_of_the_real_one(database: Path) -> None:
    names = (database / "RECORDS").read_text().splitlines()
    assert tuple(names) == MITDB_RECORDS
    files = {f"{name}.{suffix}" for name in names for suffix in ("dat", "hea", "atr")}
    assert {path.name for path in database.iterdir()} == files | {"RECORDS"}
    in_splits = {name for split in SPLITS.values() for name in split.split()}
    assert set(MITDB_RECORDS) == in_splits | set(PACED)


def test_headers_are_like_the_real_ones(database: Path) -> None:
    leads = {"102": ["V5", "V2"], "104": ["V5", "V2"], "114": ["V5", "MLII"]}
    for name in MITDB_RECORDS:
        record = wfdb.rdrecord(str(database / name), physical=False)
        assert record.sig_name == leads.get(name, ["MLII", "V1"])
        assert (record.fs, record.sig_len, record.units) == (360, 10800, ["mV", "mV"])
        assert (record.fmt, record.adc_gain) == (["212"] * 2, [200.0] * 2)
        assert (record.adc_res, record.adc_zero) == ([11] * 2, [1024] * 2)
        assert record.baseline == [1024] * 2
        assert "synthetic" in record.comments[0]
        assert [sum_ % 65536 for sum_ in record.calc_checksum()] == record.checksum
        assert record.d_signal.min() >= 0
        assert record.d_signal.max() < 2**11


def test_annotations_are_ordered_inside_the_signal_and_not_all_beats(database: Path) -> None:
    for name in MITDB_RECORDS:
        annotation = wfdb.rdann(str(database / name), "atr")
        assert annotation.symbol[0] == "+"
        assert annotation.aux_note[0] == ("(P\0" if name in PACED else "(N\0")
        assert {"~", "|"} & set(annotation.symbol)
        assert np.all(np.diff(annotation.sample) > 0)
        assert annotation.sample[0] >= 0
        assert annotation.sample[-1] < 10800


def test_every_record_of_a_split_has_all_classes_in_half_a_minute(database: Path) -> None:
    for split in SPLITS.values():
        for name in split.split():
            assert set(read(database, name).classes) == set("NSVF")


def test_every_half_minute_has_all_classes_for_any_patient() -> None:
    for seed in range(300):
        rng = np.random.default_rng(seed)
        beats = schedule_beats(draw_rhythm(rng), duration=60, rng=rng)
        assert set(beats.classes[beats.times < 30]) == set("NSVF")
        assert set(beats.classes[beats.times >= 30]) == set("NSVF")


@pytest.mark.parametrize("name", PACED)
def test_paced_records_have_paced_beats_only(database: Path, name: str) -> None:
    assert set(read(database, name).classes) == {"/", "V", "f"}


def test_some_patients_have_bundle_branch_block(database: Path) -> None:
    symbols = {symbol for name in MITDB_RECORDS for symbol in wfdb.rdann(
        str(database / name), "atr").symbol}  # fmt: skip
    assert {"N", "L", "R"} <= symbols


def test_annotation_is_at_the_largest_deflection(patients: dict[str, Written]) -> None:
    for patient in patients.values():
        window = np.arange(-14, 15)  # 40 ms
        beats = patient.potential[patient.peaks[:, None] + window, 0]
        level = np.median(patient.potential[:, 0])
        distance = np.abs(np.abs(beats - level).argmax(axis=1) - 14)
        assert np.mean(distance <= 3) > 0.95


def intervals(patient: Written) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """RR before and after each inner beat (s), whether both neighbours are N, median N-N (s)."""
    rr = np.diff(patient.peaks) / SAMPLING_RATE
    is_normal = patient.classes == "N"
    return rr[:-1], rr[1:], is_normal[:-2] & is_normal[2:], np.median(rr[is_normal[1:]])


def test_premature_beats_are_early_and_fusion_beats_nearly_on_time(
    patients: dict[str, Written],
) -> None:
    for patient in patients.values():
        before, _, single, sinus = intervals(patient)
        kinds = patient.classes[1:-1]
        for kind in "SV":
            assert np.all(before[single & (kinds == kind)] < 0.9 * sinus)
        fusion = before[single & (kinds == "F")]
        assert np.all((fusion > 0.8 * sinus) & (fusion < 1.1 * sinus))


def test_pause_is_compensatory_after_v_and_less_after_s(patients: dict[str, Written]) -> None:
    for patient in patients.values():
        before, after, single, sinus = intervals(patient)
        around = {kind: np.median((before + after)[single & (patient.classes[1:-1] == kind)])
                  for kind in "SV"}  # fmt: skip
        assert around["V"] == pytest.approx(2 * sinus, rel=0.05)
        assert around["S"] < 0.97 * around["V"]


def qrs_width(template: np.ndarray) -> float:
    """Seconds around the R peak above a fifth of its height."""
    height = np.abs(template) / np.abs(template[72])
    outside = np.flatnonzero(height < 0.2)
    return float(outside[outside > 72].min() - outside[outside < 72].max()) / SAMPLING_RATE


def test_qrs_is_wide_in_v_and_narrow_in_n_and_s(patients: dict[str, Written]) -> None:
    for patient in patients.values():
        normal, supraventricular, ventricular = (
            qrs_width(patient.template(kind)) for kind in "NSV"
        )
        assert ventricular > normal + 0.03
        assert abs(supraventricular - normal) < 0.01


def test_fusion_lies_between_n_and_v(patients: dict[str, Written]) -> None:
    for patient in patients.values():
        n_v, n_f, v_f = (
            np.corrcoef(patient.template(one), patient.template(other))[0, 1]
            for one, other in ("NV", "NF", "VF")
        )
        assert n_f > n_v
        assert v_f > n_v


def test_patients_differ_more_than_their_beats(patients: dict[str, Written]) -> None:
    for kind in "NV":
        halves = [
            [
                Written(patient.potential, patient.peaks[part], patient.classes[part])
                for part in (slice(None, None, 2), slice(1, None, 2))
            ]
            for patient in patients.values()
        ]
        first, second = (
            np.array([pair[side].template(kind) for pair in halves]) for side in (0, 1)
        )
        distances = np.abs(first[:, None] - second[None, :]).mean(axis=2)
        assert np.all(distances.argmin(axis=1) == np.arange(len(PATIENTS)))
    rates = [intervals(patient)[-1] for patient in patients.values()]
    assert np.ptp(rates) > 0.05


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"minutes": 0.4}, "minutes is 0.4"),
        ({"minutes": float("nan")}, "minutes is nan"),
        ({"seed": -1}, "seed is -1"),
        ({"records": ["100", "999"]}, "records is '999'"),
        ({"records": ["100", "100"]}, "records is '100'"),
    ],
)
def test_bad_arguments_are_named(tmp_path: Path, arguments: dict[str, object], field: str) -> None:
    with pytest.raises(ValueError, match=field):
        write(tmp_path / "mitdb", **arguments)


def test_folder_must_exist_and_be_empty(tmp_path: Path) -> None:
    (tmp_path / "RECORDS").touch()
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ValueError, match="existing empty folder"):
            write_synthetic_database(folder, minutes=0.5, seed=0)
