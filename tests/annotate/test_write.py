"""Written files are readable by other programs, and are written completely or not at all."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import wfdb
from annotated_signals import heartbeats
from wfdb_records import write_record

from ecgfuse.annotate import run as module
from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.run import Options, annotate_file
from ecgfuse.annotate.write import write_annotation
from ecgfuse.ec57.labels import read_labels

BEATS = pd.DataFrame({"sample": [100, 400, 2500, 2800], "class": list("NVSQ")})


def test_segments_without_a_signal_start_and_end_with_a_mark(tmp_path: Path) -> None:
    silent_s = np.array([[2.0, 8.0], [12.0, 15.0]])
    write_annotation(BEATS, tmp_path / "r1.ecgfuse", fs=250, silent_s=silent_s)
    written = wfdb.rdann(str(tmp_path / "r1"), "ecgfuse")
    assert written.sample.tolist() == [100, 400, 500, 2000, 2500, 2800, 3000, 3750]
    assert written.symbol == list("NV~~SQ~~")
    assert written.fs == 250


def test_ec57_scoring_reads_the_marks_as_shutdowns(tmp_path: Path) -> None:
    write_annotation(BEATS, tmp_path / "r1.ecgfuse", fs=250, silent_s=np.array([[2.0, 8.0]]))
    labels = read_labels(tmp_path / "r1.ecgfuse")
    assert labels.shutdowns.first.tolist() == [500]
    assert labels.shutdowns.last.tolist() == [2000]
    assert labels.samples.tolist() == BEATS["sample"].tolist()


def test_lead_off_is_marked_in_the_annotation_file(tmp_path: Path) -> None:
    lead = heartbeats()
    lead[7200:12_600] = 0.2
    write_record(tmp_path, leads={"MLII": lead})
    options = Options(out=tmp_path / "out")
    annotate_file(tmp_path / "r1.hea", annotator=Annotator(), options=options)
    labels = read_labels(tmp_path / "out" / "r1.ecgfuse")
    assert labels.shutdowns.first == pytest.approx([7200], abs=90)
    assert labels.shutdowns.last == pytest.approx([12_600], abs=90)


def test_if_one_file_cannot_be_written_none_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_record(tmp_path, leads={"MLII": heartbeats()})

    def fail(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "render_page", fail)
    with pytest.raises(OSError, match="No space"):
        annotate_file(
            tmp_path / "r1.hea", annotator=Annotator(), options=Options(out=tmp_path / "out")
        )
    assert list((tmp_path / "out").iterdir()) == []
