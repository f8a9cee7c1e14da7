"""Results name the commit that they come from, and whether code or parameters differ from it."""

import subprocess
from pathlib import Path

import pytest

from ecgfuse.pipeline.checkout import source_commit, workspace_of


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, as current folder."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    for name in ("src", "docs", "studies/noise/stages"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("src/a.py", "params.yaml", "docs/ds2.md", "studies/noise/stages/noise.py"):
        (tmp_path / name).write_text("")
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "First"]):
        subprocess.run(["git", *command], check=True)
    return tmp_path


def test_a_clean_checkout_has_the_short_hash(repository):
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout
    assert head.startswith(source_commit())
    assert len(source_commit()) >= 7


@pytest.mark.parametrize(
    "changed",
    ["src/a.py", "src/new.py", "params.yaml", "studies/noise/stages/noise.py"],
)
def test_changed_code_and_parameters_are_marked(repository, changed):
    (repository / changed).write_text("changed: 1\n")
    assert source_commit().endswith("+")


def test_changed_results_and_documents_are_not_marked(repository):
    (repository / "docs/ds2.md").write_text("a look\n")
    (repository / "metrics.json").write_text("{}")
    assert not source_commit().endswith("+")


def test_outside_git_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert source_commit() == "-"


def test_without_git_there_is_no_commit(repository, monkeypatch):
    monkeypatch.setenv("PATH", str(repository))
    assert source_commit() == "-"


def test_a_copy_that_dvc_made_for_an_experiment_leads_to_its_workspace():
    workspace = Path("/home/a/ecgfuse")
    assert workspace_of(workspace / ".dvc/tmp/exps/tmpx1y2") == workspace
    assert workspace_of(workspace / ".dvc/tmp/exps/standalone/tmpx1y2") == workspace
    assert workspace_of(workspace) == workspace
