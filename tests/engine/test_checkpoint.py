"""Checkpoints are written atomically, and fingerprints distinguish trainings."""

from pathlib import Path
from typing import Any

import pytest
import torch
from small_networks import assert_identical

import ecgfuse
from ecgfuse.engine.checkpoint import fingerprint, load_checkpoint, save_checkpoint

STATE: dict[str, Any] = {
    "weights": {"a": torch.arange(1000.0), "b": torch.tensor(3)},
    "epoch": 2,
    "best": float("-inf"),
    "history": [{"epoch": 1, "loss": 0.5}],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save_checkpoint(STATE, tmp_path / "of" / "seed-1.pt")
    return tmp_path / "of" / "seed-1.pt"


def test_checkpoint_round_trip_is_exact(path: Path) -> None:
    assert_identical(load_checkpoint(path), STATE)


def test_missing_checkpoint_is_none(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path / "seed-1.pt") is None


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.9, 0.999])
def test_truncated_checkpoint_is_reported_and_not_used(
    share: float, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert load_checkpoint(path) is None
    assert f"{path}: damaged checkpoint, training starts anew" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\0" * 5000, b"not a checkpoint"])
def test_invalid_checkpoint_is_reported_and_not_used(
    content: bytes, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_bytes(content)
    assert load_checkpoint(path) is None
    assert "damaged checkpoint" in capsys.readouterr().err


def test_failed_write_keeps_the_previous_checkpoint(path: Path) -> None:
    with pytest.raises(Exception, match="pickle"):
        save_checkpoint({"epoch": lambda: 3}, path)
    assert_identical(load_checkpoint(path), STATE)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "ecg.npy").write_bytes(b"beats")
    return tmp_path / "ecg.npy"


def test_fingerprint_of_equal_trainings_is_equal(data: Path) -> None:
    first = fingerprint({"lr": 0.1, "epochs": 2}, files=[data])
    assert first == fingerprint({"epochs": 2, "lr": 0.1}, files=[data])
    assert len(first) == 16


def test_fingerprint_changes_with_a_setting(data: Path) -> None:
    first = fingerprint({"lr": 0.1}, files=[data])
    assert first != fingerprint({"lr": 0.2}, files=[data])


def test_fingerprint_changes_with_the_bytes_of_the_data(data: Path) -> None:
    first = fingerprint({}, files=[data])
    data.write_bytes(b"Beats")
    assert first != fingerprint({}, files=[data])


def test_fingerprint_changes_with_the_code(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    (package / "train").mkdir(parents=True)
    monkeypatch.setattr(ecgfuse, "__file__", str(package / "__init__.py"))
    (package / "train" / "loop.py").write_text("epoch = 1\n")
    first = fingerprint({}, files=[data])
    (package / "train" / "loop.py").write_text("epoch = 2\n")
    assert first != fingerprint({}, files=[data])


def test_fingerprint_changes_with_the_release_of_torch(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fingerprint({}, files=[data])
    monkeypatch.setattr(torch, "__version__", "0.0")
    assert first != fingerprint({}, files=[data])
