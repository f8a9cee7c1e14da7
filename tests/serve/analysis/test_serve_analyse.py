"""A job finds what `ecgfuse annotate` finds, and writes it so that it is read back exactly."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from recording_files import write_csv, write_edf
from serve_cases import DATABASE, FS, PEAKS, heartbeats, real_part, write_wfdb

from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.run import Options, annotate_file
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.serve.analysis import analyse
from ecgfuse.serve.analysis.analyse import analyse_recording
from ecgfuse.serve.analysis.attention import ATTENTION, read_attention
from ecgfuse.serve.analysis.job import Analysed, RecordingJob
from ecgfuse.serve.analysis.progress import Paces, Progress
from ecgfuse.serve.analysis.pyramid import FOLDER, read_index
from ecgfuse.serve.analysis.result import (
    FILTERED,
    SUMMARY,
    AnalysisResult,
    has_result,
    load_result,
)
from ecgfuse.serve.analysis.windows import read_window


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator("best")


def run(
    path: Path,
    annotator: Annotator,
    *,
    out: Path,
    progress: Progress | None = None,
    **options: object,
) -> tuple[Analysed, AnalysisResult]:
    out.mkdir(parents=True, exist_ok=True)
    job = RecordingJob(
        part="a.1",
        name="shown",
        path=path,
        pyramid=path.parent / FOLDER,
        folder=out,
        **options,  # type: ignore[arg-type]
    )
    analysed = analyse_recording(
        job, annotator=annotator, progress=progress or Progress(), paces=Paces()
    )
    return analysed, load_result(out)


def by_command(path: Path, annotator: Annotator, folder: Path, **options: object) -> pd.DataFrame:
    out = folder / "command"
    annotate_file(
        path,
        annotator=annotator,
        options=Options(out=out, page=False, **options),  # type: ignore[arg-type]
    )
    return pd.read_csv(next(out.glob("*.beats.csv")), keep_default_na=False, na_values={"p_N": ""})


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert found["sample"].tolist() == expected["sample"].tolist()
    assert found["class"].tolist() == expected["class"].tolist()
    assert found["flag"].tolist() == expected["flag"].tolist()
    np.testing.assert_allclose(found["p_N"], expected["p_N"], atol=1e-6)


def test_a_record_has_beats_reference_signals_and_summary(
    tmp_path: Path, annotator: Annotator
) -> None:
    path = write_wfdb(tmp_path / "in")[0]
    analysed, result = run(path, annotator, out=tmp_path / "out", has_reference=True)
    assert_same(result.beats, by_command(path, annotator, tmp_path))
    assert result.beats["sample"].to_numpy() == pytest.approx(PEAKS, abs=3)
    assert result.beats["reference"].tolist() == ["V" if i == 5 else "N" for i in range(len(PEAKS))]
    assert result.summary["lead"] == "MLII"
    assert result.summary["recording"] == "shown"
    assert str(tmp_path) not in str(result.summary)
    assert result.filtered_fs == annotator.fs
    assert (result.without_signal, result.silent_s.tolist()) == ([], [])
    assert analysed == Analysed(fs=FS, n_samples=7200, leads=("V1", "MLII"))
    assert result.filtered[int(PEAKS[3])] > 0.5
    (lead,) = read_window(path.parent / FOLDER, leads=["MLII"], from_s=0, to_s=20, points=7200)
    assert lead.values == pytest.approx(np.round(heartbeats() * 200) / 200, abs=0.0006)


@pytest.mark.parametrize("kind", ["edf", "csv"])
def test_other_formats_are_analysed_as_by_the_command(
    tmp_path: Path, annotator: Annotator, kind: str
) -> None:
    path = tmp_path / f"recording.{kind}"
    leads = {"II": heartbeats(), "V1": heartbeats() / 2}
    if kind == "edf":
        write_edf(path, leads=leads, fs=FS)
    else:
        write_csv(path, columns=leads)
    options = {} if kind == "edf" else {"fs": 360.0}
    analysed, result = run(path, annotator, out=tmp_path / "out", **options)
    assert_same(result.beats, by_command(path, annotator, tmp_path, **options))
    assert analysed.leads == ("II", "V1")
    assert analysed.n_samples == 7200
    assert "reference" not in result.beats.columns


def test_the_second_analysis_reads_the_signals_that_the_first_has_written(
    tmp_path: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_wfdb(tmp_path / "in")[0]
    _, first = run(path, annotator, out=tmp_path / "1")
    monkeypatch.setattr(analyse, "PyramidWriter", None)
    _, second = run(path, annotator, out=tmp_path / "2", lead="V1")
    _, again = run(path, annotator, out=tmp_path / "3")
    assert second.summary["lead"] == "V1"
    pd.testing.assert_frame_equal(first.beats, again.beats)


def test_gaps_are_listed_with_their_reason(tmp_path: Path, annotator: Annotator) -> None:
    signal = heartbeats(40)
    signal[3600:7200] = np.nan
    path = write_csv(tmp_path / "recording.csv", columns={"II": signal, "V1": signal})
    _, result = run(path, annotator, out=tmp_path / "out", fs=360.0)
    assert result.without_signal == [(10.0, 20.0, "no signal")]
    assert result.silent_s.tolist() == [[10.0, 20.0]]
    (window,) = read_window(tmp_path / FOLDER, leads=["II"], from_s=0, to_s=40, points=20_000)
    assert window.values is not None
    assert np.isnan(window.values[3600:7200]).all()
    assert not np.isnan(window.values[7200:]).any()


def test_leads_that_cannot_be_read_are_left_out_and_named(
    tmp_path: Path, annotator: Annotator
) -> None:
    path = write_wfdb(tmp_path)[0]
    lines = path.read_text().splitlines()
    lines[1] = lines[1].replace("/mV", "/mmHg")
    path.write_text("\n".join(lines) + "\n")
    analysed, _ = run(path, annotator, out=tmp_path / "out")
    assert analysed.leads == ("MLII",)
    (warning,) = analysed.warnings
    assert warning.startswith("lead V1 is not shown: lead V1 is in 'mmHg'")
    assert "--" not in warning


def test_a_damaged_lead_does_not_spoil_the_others(tmp_path: Path, annotator: Annotator) -> None:
    path = write_wfdb(tmp_path)[0]
    lines = path.read_text().splitlines()
    fields = lines[1].split()
    fields[6] = str(int(fields[6]) + 1)  # the checksum
    lines[1] = " ".join(fields)
    path.write_text("\n".join(lines) + "\n")
    analysed, _ = run(path, annotator, out=tmp_path / "out")
    assert analysed.leads == ("MLII",)
    assert "lead V1 is not shown" in analysed.warnings[0]
    shutil.rmtree(tmp_path / FOLDER)
    with pytest.raises(ValueError, match="checksum"):
        run(path, annotator, out=tmp_path / "out", lead="V1")
    assert not (tmp_path / FOLDER).exists()
    assert not list(tmp_path.glob(".*"))


def test_unusable_reference_annotations_are_named_and_left_out(
    tmp_path: Path, annotator: Annotator
) -> None:
    path, _, annotations = write_wfdb(tmp_path)
    annotations.write_bytes(b"cut")
    _, result = run(path, annotator, out=tmp_path / "out", has_reference=True)
    assert "reference" not in result.beats.columns
    (warning,) = [w for w in result.summary["warnings"] if "reference" in w]
    assert str(tmp_path) not in warning


def test_a_signal_without_beats_is_refused_without_a_result(
    tmp_path: Path, annotator: Annotator
) -> None:
    path = write_csv(tmp_path / "recording.csv", columns={"II": np.full(7200, 0.1)})
    with pytest.raises(ValueError, match="no heartbeat was detected in lead II"):
        run(path, annotator, out=tmp_path / "out", fs=360.0)
    assert not has_result(tmp_path / "out")
    with pytest.raises(ValueError, match="no result yet"):
        load_result(tmp_path / "out")


@pytest.mark.parametrize("full", ["pyramid", "result"])
def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    path = write_wfdb(tmp_path)[0]

    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        if full == "pyramid":
            patch.setattr("ecgfuse.serve.analysis.growing_array.GrowingArray.append", no_space)
        else:
            patch.setattr(np, "savez", no_space)
        with pytest.raises(OSError, match="No space left"):
            run(path, annotator, out=tmp_path / "out")
    assert not has_result(tmp_path / "out")
    assert not [p for p in tmp_path.rglob("*") if p.name.endswith(".part")]
    run(path, annotator, out=tmp_path / "out")


def test_progress_rises_through_all_stages(tmp_path: Path, annotator: Annotator) -> None:
    class Watched(Progress):
        seen: list[tuple[str, float]]

        def advance(self, share: float) -> None:
            super().advance(share)
            self.look()

        def enter(self, stage: object) -> None:
            super().enter(stage)  # type: ignore[arg-type]
            self.look()

        def look(self) -> None:
            standing = self.standing()
            self.seen.append((standing.stage, standing.progress))
            assert standing.eta_s >= 0

    progress = Watched()
    progress.seen = []
    run(write_wfdb(tmp_path)[0], annotator, out=tmp_path / "out", progress=progress)
    stages, shares = zip(*progress.seen, strict=True)
    assert list(dict.fromkeys(stages)) == ["reading", "detecting", "classifying", "writing"]
    assert list(shares) == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] < 1


@pytest.mark.skipif(not DATABASE.is_dir(), reason="the real databases are not beside the checkout")
@pytest.mark.slow
def test_a_part_of_a_real_record_is_analysed_as_by_the_command(
    tmp_path: Path, annotator: Annotator
) -> None:
    path = real_part(tmp_path / "in", "208", seconds=60)[0]
    _, result = run(path, annotator, out=tmp_path / "out", has_reference=True)
    assert_same(result.beats, by_command(path, annotator, tmp_path))
    agreement = (result.beats["reference"] == result.beats["class"]).mean()
    assert agreement > 0.8
    assert set(result.beats["reference"]) >= {"N", "V"}
    assert read_index(path.parent / FOLDER).duration_s == 60


def test_the_attention_of_every_classified_beat_is_stored(
    tmp_path: Path, annotator: Annotator
) -> None:
    run(write_wfdb(tmp_path)[0], annotator, out=tmp_path / "out")
    looked = [read_attention(tmp_path / "out", row=row) for row in range(len(PEAKS))]
    assert looked[0] is None
    assert looked[-1] is None
    for one in looked[1:-1]:
        assert one is not None
        assert one.weight.sum() == pytest.approx(1)
        assert (one.weight >= 0).all()
        # From 0.14 s after the R peak before, 0.8 s ago, to 0.28 s after this one.
        part_s = (0.28 + 0.66) / len(one.t_s)
        assert one.t_s[0] == pytest.approx(-0.66 + part_s / 2, abs=0.01)
        assert one.t_s[-1] == pytest.approx(0.28 - part_s / 2, abs=0.01)


def test_a_model_without_a_query_of_rr_stores_no_attention(tmp_path: Path) -> None:
    run(write_wfdb(tmp_path)[0], Annotator("early"), out=tmp_path / "out")
    assert not (tmp_path / "out" / ATTENTION).exists()
    assert read_attention(tmp_path / "out", row=5) is None


def test_files_of_a_result_need_no_pickle(tmp_path: Path, annotator: Annotator) -> None:
    run(write_wfdb(tmp_path)[0], annotator, out=tmp_path / "out", has_reference=True)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"beats.npz", "without_signal.npz", SUMMARY, FILTERED, ATTENTION}
    for path in (tmp_path / "out").glob("*.np*"):
        np.load(path, allow_pickle=False)
    with atomic_folder(tmp_path / "copy") as copy:
        shutil.copytree(tmp_path / "out", copy, dirs_exist_ok=True)
    assert len(load_result(tmp_path / "copy").beats) == len(PEAKS)
