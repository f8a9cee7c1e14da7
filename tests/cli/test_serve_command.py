"""ecgfuse serve: what the command does before it starts processes."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecgfuse.cli.main import main
from ecgfuse.serve.processes import run
from ecgfuse.serve.settings import Settings


@pytest.fixture(autouse=True)
def same_mask() -> Iterator[None]:
    mask = os.umask(0o022)
    yield
    os.umask(mask)


def test_files_are_made_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def serve(settings: Settings, *, parts: object) -> int:
        run.prepare_data(settings)
        run.prepare_database(settings)
        return 0

    monkeypatch.setattr(run, "serve", serve)
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    with pytest.raises(SystemExit, match="0"):
        main(["serve", "--data", str(data)])
    made = [path for path in data.rglob("*") if path != data]
    assert data / "ecgfuse.sqlite" in made
    assert all(path.stat().st_mode & 0o077 == 0 for path in made)


def test_a_wrong_setting_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="1"):
        main(["serve", "--host", "0.0.0.0"])
    assert "without a password; add" in " ".join(capsys.readouterr().err.split())
