"""Predictions become annotation files with all beats of the reference."""

from pathlib import Path

import numpy as np
import pandas as pd
import wfdb
from wfdb_records import write_record

from ecgfuse.ec57.export import label_beats, write_annotations


def table(record: str, seconds: list[float], predicted: str) -> pd.DataFrame:
    return pd.DataFrame({"record": record, "time_s": seconds, "predicted": list(predicted)})


def test_a_beat_without_a_prediction_is_written_as_unclassified() -> None:
    samples, symbols = label_beats(
        table("r", [400 / 360, 1000 / 360], "VN"), reference=np.array([100, 400, 700, 1000]), fs=360
    )
    assert samples.tolist() == [100, 400, 700, 1000]
    assert "".join(symbols) == "QVQN"


def test_times_are_at_the_rate_of_the_record_even_if_resampling_moved_a_beat() -> None:
    # 401 samples at 250 Hz are 577.44 at 360 Hz; the pipeline has 577, which is 400.69 here.
    samples, symbols = label_beats(
        table("r", [577 / 360], "S"), reference=np.array([101, 401]), fs=250
    )
    assert samples.tolist() == [101, 401]
    assert "".join(symbols) == "QS"


def test_the_files_can_be_read_back_with_their_rate(tmp_path: Path) -> None:
    write_record(tmp_path, name="r1", peaks=(100, 400, 700, 1000), symbols="NAVN")
    write_record(tmp_path, name="r2", peaks=(50, 500, 900), symbols="N/N")
    predictions = pd.concat(
        [table("r2", [500 / 360], "F"), table("r1", [400 / 360, 700 / 360], "SV")]
    )
    folder = tmp_path / "out"
    assert write_annotations(predictions, database=tmp_path, folder=folder) == ["r1", "r2"]
    first = wfdb.rdann(str(folder / "r1"), "ecgfuse")
    assert (first.fs, first.sample.tolist()) == (360, [100, 400, 700, 1000])
    assert first.symbol == ["Q", "S", "V", "Q"]
    assert wfdb.rdann(str(folder / "r2"), "ecgfuse").symbol == ["Q", "F", "Q"]
