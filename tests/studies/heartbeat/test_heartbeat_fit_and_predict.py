"""Trainings of a stage are not lost if scoring fails, and leave nothing behind if it does not."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from serial_pool import serial_pool
from single_beat_sets import single_beats, write_sets

from ecgfuse.studies.heartbeat import fit_and_predict
from ecgfuse.studies.heartbeat.fit_and_predict import Predicted, as_examples, train_all


def count(task: int, *, folder: Path) -> Predicted:
    """Stand-in for a training that leaves a checkpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{task}.pt").touch()
    return Predicted(p_abnormal=np.array([task / 10]), n_examples=task, epoch=1)


@pytest.fixture
def train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`train_all` with small sets of beats."""
    monkeypatch.setattr(fit_and_predict, "process_pool", serial_pool)
    write_sets(tmp_path / "beats")
    return partial(
        train_all,
        settings={"times": 2},
        beats=tmp_path / "beats",
        checkpoints=tmp_path / "checkpoints",
        workers=1,
    )


def checkpoints(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "checkpoints").rglob("*.pt"))


def test_checkpoints_stay_until_the_predictions_were_used(train, tmp_path: Path) -> None:
    with train([3, 1], count) as done:
        assert {task: one.n_examples for task, one in done.items()} == {3: 3, 1: 1}
        assert checkpoints(tmp_path) == ["1.pt", "3.pt"]
    assert checkpoints(tmp_path) == []


def test_checkpoints_are_kept_if_scoring_fails(train, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no scores"), train([1], count):
        raise RuntimeError("no scores")
    assert checkpoints(tmp_path) == ["1.pt"]


def test_other_settings_or_beats_do_not_resume_from_a_checkpoint(train, tmp_path: Path) -> None:
    def folder(**changed: object) -> Path:
        with pytest.raises(RuntimeError), train([1], count, **changed):
            raise RuntimeError
        (path,) = (tmp_path / "checkpoints").rglob("*.pt")
        path.unlink()
        return path.parent

    first = folder()
    assert folder() == first
    assert folder(settings={"times": 3}) != first
    write_sets(tmp_path / "beats", n_normal=31)
    assert folder() != first


def test_labels_are_normal_and_abnormal_or_all_classes() -> None:
    beats = single_beats([0, 2, 1], record="100", classes=("N", "S", "V"))
    assert as_examples(beats).labels.tolist() == [0, 1, 1]
    assert as_examples(beats, all_classes=True).labels.tolist() == [0, 2, 1]
