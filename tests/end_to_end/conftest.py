"""One run of all pipelines on short synthetic records, which many tests share.

These tests are in one group of pytest-xdist, so that all of them run in the same process and the
pipelines run once. They leave the repository as they found it.
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from other_databases import write_database
from pipelines import STUDIES
from ptbxl_records import write_ptbxl
from scratch import ScratchRepository
from small_database import write_sums
from traced import TRACING

SSL12_ROWS = [
    {
        "patient": number,
        "fold": 1 + number % 10,
        "codes": {("NORM", "IMI")[number // 10 % 2]: 100.0, ("SR", "AFIB")[number // 20 % 2]: 0.0},
    }
    for number in range(80)
] + [{"patient": 100 + n // 2, "fold": 1, "codes": {"NORM": 100.0, "SR": 0.0}} for n in range(8)]
"""80 patients with a recording each, and four with two, for the split identify."""


class FinishedRepository(ScratchRepository):
    """A scratch repository that can record the functions that its stages run."""

    @property
    def traces(self) -> Path:
        """Folder with a folder of records per stage, named as DVC names the stage."""
        return self.root.parent / "traces"

    @property
    def mirror(self) -> Path:
        """Folder in which the stages look for databases."""
        return self.root.parent / "shared" / "data"

    def traced(self) -> AbstractContextManager[None]:
        """Record every function of the project that runs."""
        return _traced(self)


@contextmanager
def _traced(repository: FinishedRepository) -> Iterator[None]:
    hook = repository.root / "src" / "sitecustomize.py"  # stages have src/ on their path
    shutil.copy(TRACING / hook.name, hook)
    repository.traces.mkdir(exist_ok=True)
    repository.variables["ECGFUSE_TRACE_FOLDER"] = str(repository.traces)
    yield
    del repository.variables["ECGFUSE_TRACE_FOLDER"]
    hook.unlink()


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> FinishedRepository:
    """A repository in which all pipelines have run and their results are committed; read-only."""
    folder = tmp_path_factory.mktemp("pipeline")
    repository = FinishedRepository.make(folder / "repository")
    for name in ("svdb", "ptbxl"):
        (repository.mirror / name).mkdir(parents=True)
    write_database(repository.mirror / "svdb", name="svdb", records=("100", "119"), minutes=0.5)
    write_ptbxl(repository.mirror / "ptbxl", SSL12_ROWS)
    write_sums(repository.mirror / "ptbxl")
    # One process, as another test process may use the other core; the results are the same.
    repository.variables["ECGFUSE_WORKERS"] = "1"
    with repository.traced():
        repository.repro(timeout=1500)
        run_studies(repository)
    repository.commit("results")
    return repository


def run_studies(repository: FinishedRepository) -> None:
    """Run the longest study in a copy of the repository, and the others meanwhile.

    DVC locks what a stage writes, so two of its commands cannot run in one repository.
    """
    copy = FinishedRepository(repository.root.with_name("heartbeat"))
    shutil.copytree(repository.root, copy.root, ignore=shutil.ignore_patterns("cache", "tmp"))
    copy.variables = repository.variables
    copy.dvc("config", "--local", "cache.dir", str(repository.root / ".dvc/cache"))
    others = [f"studies/{name}/dvc.yaml" for name in STUDIES if name != "heartbeat"]
    with ThreadPoolExecutor() as pool:
        heartbeat = pool.submit(copy.repro, "studies/heartbeat/dvc.yaml", timeout=1500)
        repository.repro(*others, timeout=1500)
        heartbeat.result()
    for name in ("studies/heartbeat", "models/heartbeat"):
        shutil.copytree(copy.root / name, repository.root / name, dirs_exist_ok=True)
    shutil.rmtree(copy.root)
    assert repository.repro("-P") == ["report"]  # again, with the studies


@pytest.fixture
def repository(finished: FinishedRepository) -> Iterator[FinishedRepository]:
    """The finished repository, restored afterwards."""
    yield finished
    stages_ran = finished.git("diff", "--name-only", "main", "--", "dvc.lock") != ""
    finished.git("checkout", "--quiet", "--force", "main")
    finished.git("clean", "--quiet", "--force")
    if stages_ran:
        finished.dvc("checkout", "--force", "dvc.yaml")


@pytest.fixture
def repository_with_other_data(
    repository: FinishedRepository,
) -> Iterator[FinishedRepository]:
    """The finished repository for a test that changes data itself; restored afterwards."""
    yield repository
    repository.git("checkout", "--quiet", "--force", "main")
    repository.dvc("checkout", "--force", "dvc.yaml")
