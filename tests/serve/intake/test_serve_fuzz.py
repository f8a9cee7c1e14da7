"""Damaged recordings are taken in and analysed, or refused in a sentence; nothing crashes."""

import importlib.util
import random
import shutil
import threading
from pathlib import Path
from types import ModuleType

import pytest
from root import ROOT
from serve_cases import add_analysis, analysis_row, make_services, take_in

from ecgfuse.serve.jobs.tasks import Workshop, run_job

pytestmark = pytest.mark.slow
N_FILES = 25


@pytest.fixture(scope="module")
def fuzzing() -> ModuleType:
    """The damage that the readers of recordings are tested with."""
    spec = importlib.util.spec_from_file_location(
        "fuzzing", ROOT / "tests" / "recordings" / "fuzzing.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", ["header", "signal", "segments", "edf", "csv"])
def test_damaged_recordings_end_in_a_result_or_a_sentence(
    tmp_path: Path, fuzzing: ModuleType, kind: str
) -> None:
    services, owner = make_services(tmp_path)
    workshop = Workshop(database=services.database, storage=services.storage)
    n_analysed = 0
    for seed in range(N_FILES):
        folder = tmp_path / "in"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        _, fs = fuzzing.KINDS[kind](folder, random.Random(f"serve {kind} {seed}"))
        files = [path for path in sorted(folder.iterdir()) if path.stat().st_size]
        intake = take_in(services, owner, files, fs=fs)
        sentences = [problem.detail for problem in intake.problems]
        for recording in intake.recordings:
            analysis_id = add_analysis(services, recording)
            run_job(analysis_id, workshop=workshop, stop=threading.Event())
            row = analysis_row(services, analysis_id)
            n_analysed += 1
            assert row.status in ("done", "failed"), seed
            sentences += [row.error] if row.error else []
        for sentence in sentences:
            assert "unexpected" not in sentence, seed
            assert str(tmp_path) not in sentence, seed
            assert " --" not in sentence, (seed, sentence)
        assert intake.recordings or intake.problems
    assert n_analysed > 0
    assert not list(services.storage.folder.rglob("*.part"))
