"""Predictions are read back as they were written, and files that do not match are refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.prediction_files import (
    load_predictions,
    prediction_table,
    save_predictions,
)

BEATS = pd.DataFrame(
    {
        "record": ["100", "100", "099", "200"],
        "sample": [10, 20, 30, 40],
        "time_s": [0.1, 0.2, 0.3, 0.4],
        "symbol": ["N", "F", "V", "A"],
        "label": [0, 3, 2, 1],
    }
)
PROBABILITIES = np.random.default_rng(0).dirichlet(np.ones(4), size=(3, 4))


def test_all_seeds_are_read_back_with_records_and_labels(tmp_path: Path) -> None:
    save_predictions(BEATS, PROBABILITIES, classes=CLASSES, table=tmp_path / "early.csv")
    found = load_predictions(tmp_path / "early.csv", classes=CLASSES)
    assert found.records.tolist() == ["100", "100", "099", "200"]
    assert found.labels.tolist() == [0, 3, 2, 1]
    np.testing.assert_array_equal(found.probabilities, PROBABILITIES.astype(np.float32))


def test_table_holds_the_ensemble(tmp_path: Path) -> None:
    save_predictions(BEATS, PROBABILITIES, classes=CLASSES, table=tmp_path / "early.csv")
    table = pd.read_csv(tmp_path / "early.csv")
    expected = PROBABILITIES.mean(axis=0)
    np.testing.assert_allclose(table[["p_N", "p_S", "p_V", "p_F"]], expected, atol=1e-6)


@pytest.mark.parametrize("name", ["early.csv", "early.npy"])
def test_missing_file_is_refused_with_its_name(name: str, tmp_path: Path) -> None:
    save_predictions(BEATS, PROBABILITIES, classes=CLASSES, table=tmp_path / "early.csv")
    (tmp_path / name).unlink()
    with pytest.raises(ValueError, match=rf"{name}: no such file; run the stage"):
        load_predictions(tmp_path / "early.csv", classes=CLASSES)


def test_seeds_of_another_number_of_beats_are_refused(tmp_path: Path) -> None:
    save_predictions(BEATS, PROBABILITIES, classes=CLASSES, table=tmp_path / "early.csv")
    np.save(tmp_path / "early.npy", PROBABILITIES[:, :3])
    with pytest.raises(ValueError, match=r"shape \(3, 3, 4\), but early.csv has 4 beats"):
        load_predictions(tmp_path / "early.csv", classes=CLASSES)


def test_table_names_classes_and_keeps_the_position_of_each_beat() -> None:
    beats = pd.DataFrame(
        {
            "record": ["100", "100", "102"],
            "sample": [10, 20, 30],
            "time_s": [0.1, 0.2, 0.3],
            "symbol": ["N", "F", "/"],
            "label": [0, 3, -1],
            "used": [1, 1, 1],
        }
    )
    probabilities = np.array([[0.1, 0.7, 0.1, 0.1], [0.1, 0.1, 0.2, 0.6], [0.4, 0.3, 0.2, 0.1]])
    table = prediction_table(beats, probabilities, classes=CLASSES)
    places = ["record", "sample", "time_s", "symbol"]
    assert [*table] == [*places, "actual", "predicted", "p_N", "p_S", "p_V", "p_F"]
    pd.testing.assert_frame_equal(table[places], beats[places])
    assert table["actual"].tolist() == ["N", "F", "-"]
    assert table["predicted"].tolist() == ["S", "F", "N"]
    np.testing.assert_array_equal(table[["p_N", "p_S", "p_V", "p_F"]], probabilities)
    assert "actual" not in beats  # the argument is not changed
