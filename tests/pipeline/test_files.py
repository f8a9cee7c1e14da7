"""Files and folders are written atomically, and nothing temporary is left behind."""

from pathlib import Path

import pytest

from ecgfuse.pipeline.files import atomic_file, atomic_folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fail_in_file(path: Path, error: BaseException) -> None:
    with atomic_file(path) as temporary:
        temporary.write_text("half")
        raise error


def fail_in_folder(path: Path, error: BaseException) -> None:
    with atomic_folder(path) as temporary:
        (temporary / "half").touch()
        raise error


def test_a_file_appears_when_the_block_succeeds(tmp_path: Path) -> None:
    path = tmp_path / "new" / "table.csv"
    with atomic_file(path) as temporary:
        temporary.write_text("whole")
        assert not path.exists()
        assert temporary.parent == path.parent  # so that the move does not copy
    assert path.read_text() == "whole"
    assert names(path.parent) == ["table.csv"]


def test_a_file_is_replaced_when_the_block_succeeds(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    with atomic_file(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize("error", [OSError("disk"), KeyboardInterrupt()])
def test_a_failing_block_leaves_the_old_file(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(type(error)):
        fail_in_file(path, error)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["table.csv"]


def test_a_block_that_fails_before_it_writes_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="early"), atomic_file(tmp_path / "table.csv"):
        raise ValueError("early")
    assert names(tmp_path) == []


def test_a_folder_appears_when_the_block_succeeds(tmp_path: Path) -> None:
    path = tmp_path / "data" / "beats"
    with atomic_folder(path) as temporary:
        (temporary / "train").mkdir()
        (temporary / "train" / "ecg.npy").write_text("whole")
        assert not path.exists()
        assert temporary.parent == path.parent
    assert (path / "train" / "ecg.npy").read_text() == "whole"
    assert names(path.parent) == ["beats"]


def test_a_replaced_folder_keeps_nothing_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "beats"
    path.mkdir()
    (path / "stale").touch()
    with atomic_folder(path) as temporary:
        (temporary / "fresh").touch()
    assert names(path) == ["fresh"]
    assert names(tmp_path) == ["beats"]


@pytest.mark.parametrize("error", [OSError("disk"), KeyboardInterrupt()])
def test_a_failing_block_leaves_the_old_folder(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "beats"
    path.mkdir()
    (path / "old").write_text("old")
    with pytest.raises(type(error)):
        fail_in_folder(path, error)
    assert (path / "old").read_text() == "old"
    assert names(path) == ["old"]
    assert names(tmp_path) == ["beats"]


def test_a_failing_block_creates_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="half"):
        fail_in_folder(tmp_path / "beats", ValueError("half"))
    assert names(tmp_path) == []
