"""The stage scores every fusion under three rules."""

import json
from pathlib import Path

import pandas as pd
import pytest
from annotation_files import MINUTE, write_annotations

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.ec57.config import EC57Config
from ecgfuse.ec57.results import EC57Results
from ecgfuse.ec57.run import score_fusions

BEATS = [1000, 2000, 6 * MINUTE, 7 * MINUTE, 8 * MINUTE, 9 * MINUTE]
SYMBOLS = "NVejVN"
CALLED = {"early": "NNVN", "late": "VNSV", "hybrid": "VNNV"}
"""Predictions for all beats but the first and the last."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mitdb").mkdir()
    write_annotations(tmp_path / "mitdb" / "100.atr", BEATS, SYMBOLS)
    (tmp_path / "predictions").mkdir()
    for fusion, called in CALLED.items():
        seconds = [sample / 360 for sample in BEATS[1:-1]]
        predictions = pd.DataFrame({"record": "100", "time_s": seconds, "predicted": list(called)})
        path = tmp_path / "predictions" / f"{fusion}.csv"
        predictions.to_csv(path, index=False, float_format="%.6f")
    return tmp_path


def run(folder: Path) -> EC57Results:
    score_fusions(
        {fusion: folder / f"predictions/{fusion}.csv" for fusion in FUSIONS},
        database=folder / "mitdb",
        config=EC57Config(start_s=300.0),
        annotations=folder / "annotations",
        results=folder / "ec57.json",
        metrics=folder / "metrics.json",
    )
    scores: EC57Results = json.loads((folder / "ec57.json").read_text())
    return scores


def test_each_rule_counts_its_own_beats(folder: Path) -> None:
    scores = run(folder)
    assert list(scores) == list(FUSIONS)
    late = scores["late"]
    # After 5 minutes: e -> N, j -> S, V -> V, N -> Q.
    assert late["standard"]["gross"]["sveb"] == {"se": 0.5, "ppv": 1.0}
    assert late["standard"]["gross"]["veb"] == {"se": 1.0, "ppv": 1.0, "fpr": 0.0}
    # The V in the first five minutes counts, too.
    assert scores["early"]["standard"]["gross"]["veb"]["se"] == 0.0
    assert scores["hybrid"]["whole_record"]["gross"]["veb"]["se"] == 1.0
    # With e and j as normal beats there is no S in the reference.
    assert late["literature"]["gross"]["sveb"] == {"se": None, "ppv": 0.0}
    assert late["literature"]["gross"]["veb"] == late["whole_record"]["gross"]["veb"]


def test_beats_without_a_prediction_are_not_missed(folder: Path) -> None:
    for rules in run(folder).values():
        for summary in (rules["standard"], rules["whole_record"], rules["literature"]):
            assert summary["gross"]["qrs"] == {"se": 1.0, "ppv": 1.0}
            assert summary["gross"] == summary["average"]  # there is one record


def test_annotation_files_are_written_for_every_fusion(folder: Path) -> None:
    run(folder)
    files = sorted(str(p.relative_to(folder)) for p in folder.glob("annotations/*/*"))
    assert files == [f"annotations/{fusion}/100.ecgfuse" for fusion in sorted(FUSIONS)]


def test_the_error_of_missing_predictions_names_file_and_cure(folder: Path) -> None:
    (folder / "predictions" / "late.csv").unlink()
    with pytest.raises(ValueError, match=r"late\.csv: no such file; run the stage 'predict'"):
        run(folder)


def test_a_test_period_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ec57\.start_s is -1"):
        EC57Config(start_s=-1.0)
