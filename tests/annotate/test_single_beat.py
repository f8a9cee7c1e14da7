"""Models of single beats: cut as in their study, normal or abnormal, refused where unfamiliar."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import wfdb
from annotated_signals import FS, PEAKS, heartbeats
from single_beat_files import T_WAVE, write_single_beat_file
from wfdb_records import write_record

import ecgfuse
from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.model_file import ModelFile
from ecgfuse.annotate.run import Options, annotate_file
from ecgfuse.annotate.single_beat import SingleBeatNetwork
from ecgfuse.annotate.statistics import summarise_beats
from ecgfuse.preprocess.kachuee import cut_single_beats

ABNORMAL = [10, 20, 21, 30, 31, 32]
"""Beats of `strip` with a tall T wave: one alone, a couplet and a run."""
UNFAMILIAR = [40, 50]
"""Beats of `strip` with a wave where no other has one."""


def strip() -> np.ndarray:
    """`heartbeats` with waves after some beats, (n_samples,) in mV."""
    signal, times = heartbeats(), np.arange(60 * 360)
    for beats, middle_s, width_s in ((ABNORMAL, 0.24, 0.06), (UNFAMILIAR, 0.42, 0.05)):
        for peak in PEAKS[beats]:
            signal += 0.9 * np.exp(-0.5 * (((times - peak) / FS - middle_s) / width_s) ** 2)
    return signal


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file; do not write into its folder."""
    return write_single_beat_file(tmp_path_factory.mktemp("model") / "means.onnx")


@pytest.fixture(scope="module")
def annotator(path: Path) -> Annotator:
    return ecgfuse.load(path)


def test_beats_are_normal_abnormal_or_unclassified_with_a_reason(annotator: Annotator) -> None:
    table = annotator.annotate(strip(), FS, PEAKS)
    assert list(table) == ["sample", "time_s", "class", "p_N", "p_abnormal", "flag"]
    assert annotator.classes.names == ("N", "abnormal")
    assert np.flatnonzero(table["class"] == "abnormal").tolist() == ABNORMAL
    assert np.flatnonzero(table["class"] == "Q").tolist() == UNFAMILIAR
    assert table.loc[UNFAMILIAR, "flag"].tolist() == ["unfamiliar"] * 2
    judged = (table["flag"] == "").to_numpy()
    np.testing.assert_allclose(table.loc[judged, "p_N"] + table.loc[judged, "p_abnormal"], 1)
    assert table.loc[~judged, ["p_N", "p_abnormal"]].isna().all(axis=None)


@pytest.mark.parametrize("fs", [360.0, 250.0, 500.0])
def test_beats_are_cut_from_the_unfiltered_lead_as_in_the_study(
    annotator: Annotator, fs: float
) -> None:
    signal = np.interp(np.arange(0, 60, 1 / fs), np.arange(60 * 360) / FS, strip())
    signal = (signal + 0.3 * np.sin(np.arange(len(signal)) / fs)).astype(np.float32)  # baseline
    peaks = np.rint(PEAKS * fs / FS).astype(np.int64)
    table = annotator.annotate(signal, fs, peaks)
    judged = (table["flag"] == "").to_numpy()
    assert judged.mean() > 0.9
    expected = cut_single_beats(signal, fs=fs, r_peaks=peaks).ecg[:, T_WAVE].mean(axis=1)
    # The signal goes over 360 Hz, at which its quality is judged.
    atol = 1e-6 if fs == FS else 0.03
    np.testing.assert_allclose(table["p_abnormal"][judged], expected[judged], atol=atol)


def test_the_first_beat_is_judged_and_the_last_one_if_the_recording_holds_it(
    annotator: Annotator,
) -> None:
    """A single beat needs no RR interval before it, but 187 samples at 125 Hz, 1.496 s."""
    flags = annotator.annotate(strip(), FS, PEAKS)["flag"]
    assert (flags.iloc[0], flags.iloc[-1]) == ("", "")  # 564 samples, 1.57 s, before the end
    flags = annotator.annotate(strip()[:-36], FS, PEAKS)["flag"]  # 1.47 s
    assert (flags.iloc[0], flags.iloc[-1]) == ("", "edge")


def test_unusable_signal_is_flagged_as_for_other_models(annotator: Annotator) -> None:
    signal = strip()
    signal[PEAKS[60] - 20 : PEAKS[60] + 30] = np.nan
    found = annotator.annotate(signal, FS, PEAKS)["flag"].iloc[58:63].tolist()
    assert found == ["", "gap after", "no signal", "gap before", ""]


def test_an_unfamiliar_beat_is_still_part_of_the_rhythm(annotator: Annotator) -> None:
    found = summarise_beats(
        annotator.annotate(strip(), FS, PEAKS), duration_s=60, classes=annotator.classes
    )
    assert found["flags"] == {"unfamiliar": 2}
    assert found["longest_rr_s"] == pytest.approx(0.8)


def test_statistics_are_of_abnormal_beats_without_claiming_a_kind(annotator: Annotator) -> None:
    table = annotator.annotate(strip(), FS, PEAKS)
    found = summarise_beats(table, duration_s=60, classes=annotator.classes)
    n_judged = len(PEAKS) - 2
    assert found["counts"] == {"N": n_judged - 6, "abnormal": 6, "Q": 2}
    assert found["burden"] == {"abnormal": pytest.approx(6 / n_judged, abs=1e-6)}
    groups = {"single": 1, "couplets": 1, "runs": 1, "longest_run_beats": 3}
    assert found["ectopy"] == {"abnormal": groups}
    (run,) = found["runs"]
    assert (run["name"], run["beats"], run["rate"]) == ("abnormal", 3, 75.0)
    assert list(found["hours"][0]) == ["start_s", "N", "abnormal", "Q", "heart_rate"]
    with pytest.raises(ValueError, match=r"class abnormal.*pass classes=annotator\.classes"):
        summarise_beats(table, duration_s=60)


def test_too_few_beats_for_a_rhythm_are_judged_one_by_one(annotator: Annotator) -> None:
    assert annotator.annotate(strip(), FS, PEAKS[[10]])["class"].tolist() == ["abnormal"]


def test_without_beats_the_table_is_empty(annotator: Annotator) -> None:
    table = annotator.annotate(strip(), FS, np.empty(0, dtype=np.int64))
    assert (len(table), list(table)[2:]) == (0, ["class", "p_N", "p_abnormal", "flag"])


def cut_beats() -> np.ndarray:
    """The beats of `strip`, (n_beats, 187)."""
    return cut_single_beats(strip(), fs=FS, r_peaks=PEAKS).ecg


def test_cut_beats_are_classified_each_on_its_own(annotator: Annotator) -> None:
    beats = cut_beats()
    chosen = [5, ABNORMAL[0], UNFAMILIAR[0]]
    table = annotator.classify_beats(beats[chosen])
    assert list(table) == ["class", "p_N", "p_abnormal", "flag"]
    assert table["class"].tolist() == ["N", "abnormal", "Q"]
    assert table["flag"].tolist() == ["", "", "unfamiliar"]
    expected = beats[chosen][:, T_WAVE].mean(axis=1)
    np.testing.assert_allclose(table["p_abnormal"], [*expected[:2], np.nan], rtol=1e-5)
    assert len(annotator.classify_beats(beats[:0])) == 0


def test_what_is_no_heartbeat_is_unclassified_with_its_fault(annotator: Annotator) -> None:
    beats = cut_beats()[:6].astype(np.float64)
    beats[1] = 0
    beats[2] = 0.9  # the constant line that the published network calls normal
    beats[3, 100] = 1.2
    beats[4, 100] = np.nan
    table = annotator.classify_beats(beats)
    faults = ["", "empty", "flat", "range", "range", ""]
    assert table["flag"].tolist() == [f"unfamiliar: {fault}" if fault else "" for fault in faults]
    assert table["class"].tolist() == ["N", "Q", "Q", "Q", "Q", "N"]


def test_a_beat_with_a_fault_is_unclassified_and_part_of_the_rhythm(annotator: Annotator) -> None:
    signal = strip()
    held = slice(PEAKS[60] + 40, PEAKS[60] + 180)
    signal[held] = signal[held.start]  # 0.4 s without a new sample; two seconds make a gap
    table = annotator.annotate(signal, FS, PEAKS)
    assert table["flag"].iloc[58:63].tolist() == ["", "", "unfamiliar: flat", "", ""]
    found = summarise_beats(table, duration_s=60, classes=annotator.classes)
    assert found["flags"] == {"unfamiliar": 2, "unfamiliar: flat": 1}
    assert found["longest_rr_s"] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("beats", "message"),
    [
        (
            np.zeros((3, 188)),
            r"shape \(3, 188\), but must be \(n_beats, 187\); a column with labels",
        ),
        (np.zeros(187), r"shape \(187,\), but must be"),
        (np.full((3, 187), "a"), "type <U1, but must be numbers"),
    ],
)
def test_other_arrays_than_single_beats_are_refused_with_a_cure(
    annotator: Annotator, beats: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        annotator.classify_beats(beats)


def test_a_model_that_judges_beats_in_their_recording_refuses_single_beats() -> None:
    with pytest.raises(ValueError, match="the model best judges beats in their recording; use ann"):
        ecgfuse.load("best").classify_beats(np.zeros((3, 187)))


def test_the_annotation_file_claims_no_kind_and_names_the_class_in_a_note(
    annotator: Annotator, tmp_path: Path
) -> None:
    signal = strip()
    signal[PEAKS[60] - 100 : PEAKS[64]] = np.nan
    record = write_record(tmp_path, leads={"MLII": signal}, peaks=PEAKS, symbols="N" * len(PEAKS))
    options = Options(out=tmp_path / "out", beats="atr")
    annotate_file(record.with_suffix(".hea"), annotator=annotator, options=options)
    written = wfdb.rdann(str(tmp_path / "out" / "r1"), "ecgfuse")
    is_beat = np.array(written.symbol) != "~"
    symbols, notes = np.array(written.symbol)[is_beat], np.array(written.aux_note)[is_beat]
    assert np.flatnonzero(symbols == "?").tolist() == ABNORMAL
    assert set(notes[ABNORMAL]) == {"abnormal"}
    assert set(notes[symbols != "?"]) == {""}
    assert set(symbols) == {"N", "?", "Q"}
    assert (~is_beat).sum() == 2


def test_files_and_page_have_the_classes_of_the_model_alone(
    annotator: Annotator, tmp_path: Path
) -> None:
    record = write_record(tmp_path, leads={"V1": 0 * strip(), "MLII": strip()})
    result = annotate_file(
        record.with_suffix(".hea"), annotator=annotator, options=Options(out=tmp_path)
    )
    assert (result["model"], result["lead"]) == ("means", "MLII")
    table = pd.read_csv(tmp_path / "r1.beats.csv")
    assert list(table) == ["sample", "time_s", "class", "p_N", "p_abnormal", "flag"]
    page = (tmp_path / "r1.html").read_text()
    assert "<b>6</b>abnormal: not N, of whatever kind, burden" in page
    assert "<h2>Abnormal beats</h2>" in page
    assert "abnormal orange. Intervals" in page
    assert page.count('class="abnormal chosen"') == 3  # examples: highest, median and lowest
    assert "unfamiliar 2" in page
    for other in ("ventricular ectopic", "fusion of", "runs of S"):
        assert other not in page


def test_a_description_without_a_threshold_is_of_another_version(path: Path) -> None:
    file = ModelFile(path)
    file.description["ood"] = {}
    with pytest.raises(ValueError, match=r"means\.onnx: this model file is of another version"):
        SingleBeatNetwork(file)


@pytest.mark.slow
def test_classifying_loads_no_pytorch(path: Path) -> None:
    code = (
        "import sys, ecgfuse, numpy; "
        f"ecgfuse.load({str(path)!r}).classify_beats(numpy.zeros((1, 187))); "
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
