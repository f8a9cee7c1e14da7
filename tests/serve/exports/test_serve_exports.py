"""What is taken away can be read back, by wfdb and by pandas."""

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import wfdb

from ecgfuse.annotate.classes import NORMAL_ABNORMAL
from ecgfuse.recordings.annotation_reader import read_annotation
from ecgfuse.serve.exports.annotation import annotation_file
from ecgfuse.serve.exports.tables import beats_csv, report_json


def beats() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sample": [100, 400, 700],
            "time_s": [0.25, 1.0, 1.75],
            "class": ["N", "V", "Q"],
            "p_N": [0.9, 0.2, np.nan],
            "p_V": [0.1, 0.8, np.nan],
            "flag": ["", "", "noise"],
            "reference": ["N", "S", ""],
            "model_class": ["N", "S", "Q"],
        }
    )


def test_the_annotation_file_holds_the_corrected_labels(tmp_path: Path) -> None:
    silent_s = np.array([[1.1, 1.6]])
    (tmp_path / "r.ecgfuse").write_bytes(annotation_file(beats(), fs=400.0, silent_s=silent_s))
    found = read_annotation(tmp_path / "r.ecgfuse")
    assert found.fs == 400
    assert found.samples.tolist() == [100, 400, 440, 640, 700]
    assert found.symbols.tolist() == ["N", "V", "~", "~", "Q"]
    assert wfdb.rdann(str(tmp_path / "r"), "ecgfuse").symbol == found.symbols.tolist()


def test_abnormal_beats_have_a_code_of_wfdb(tmp_path: Path) -> None:
    table = beats().assign(**{"class": ["N", "abnormal", "Q"]})
    (tmp_path / "r.atr").write_bytes(annotation_file(table, fs=400.0, classes=NORMAL_ABNORMAL))
    assert read_annotation(tmp_path / "r.atr").symbols.tolist() == ["N", "?", "Q"]


def test_without_beats_there_is_no_annotation_file() -> None:
    with pytest.raises(ValueError, match="there is no beat"):
        annotation_file(beats()[:0], fs=400.0)


def test_the_table_has_both_labels_and_reads_back() -> None:
    content = beats_csv(beats())
    assert content.decode().splitlines()[0] == (
        "sample,time_s,class,model_class,p_N,p_V,flag,reference"
    )
    again = pd.read_csv(BytesIO(content), keep_default_na=False, na_values={"p_N": "", "p_V": ""})
    pd.testing.assert_frame_equal(again, beats()[again.columns], check_dtype=False)


def test_the_report_is_json_without_nan() -> None:
    summary = {
        "lead": "리드 II",
        "runs": [{"rate": float("nan"), "beats": 3}],
        "longest_rr_s": None,
    }
    found = json.loads(report_json(summary, corrections=[{"sample": 1, "to_class": "V"}]))
    assert found == {
        "notice": "For research use only; not a medical device.",
        "lead": "리드 II",
        "runs": [{"rate": None, "beats": 3}],
        "longest_rr_s": None,
        "corrections": [{"sample": 1, "to_class": "V"}],
    }
