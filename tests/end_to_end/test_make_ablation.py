"""make ablation with real DVC and a trivial stage: stopped, resumed, and with a failing row."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import yaml
from root import ROOT
from scratch import ScratchRepository

from ecgfuse.studies.ablation.experiments import METRICS
from ecgfuse.studies.ablation.queue import TARGET

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(900)]

STAGE = """
import json, os, time, yaml
from pathlib import Path

params = yaml.safe_load(Path("params.yaml").read_text())
with open(os.environ["ABLATION_LOG"], "a") as log:
    log.write(f"{os.environ['DVC_EXP_NAME']}\\n")
time.sleep(float(os.environ["ABLATION_SLEEP"]))
assert params["fusion"]["num_heads"] == 1, "as if its training had failed"
value = 0.5 + params["fusion"]["alpha_init"] / 100
parts = dict.fromkeys(("sensitivity", "ppv", "f1", "auprc", "auroc"), value)
macro = dict.fromkeys(("macro_f1", "macro_auprc", "macro_auroc", "macro_sensitivity"), value)
data = {"database": "mitdb", "kind": "synthetic", "beats": 1234, "records": 22}
out = Path("studies/folds/metrics/folds.json")
out.parent.mkdir(exist_ok=True)
out.write_text(
    json.dumps({"data": data, "seeds": 1, **macro, **{name: parts for name in "NSVF"}})
)
"""
PIPELINE = {
    "stages": {
        "folds": {
            "cmd": "python folds.py",
            "wdir": "../..",
            "params": [
                *("preprocess", "rr", "model", "fusion", "train", "augment"),
                {"studies/folds/params.yaml": ["folds"]},
            ],
            "deps": ["folds.py"],
            "metrics": [{METRICS: {"cache": False}}],
        }
    }
}
GRID = [
    {"name": "default", "asks": "what is the default?", "settings": []},
    {"name": "gate-0", "asks": "and half?", "settings": ["fusion.alpha_init=0"]},
    {"name": "gate-2", "asks": "and 88 %?", "settings": ["fusion.alpha_init=2"]},
]
FAILS = {"name": "heads-4", "asks": "four heads?", "settings": ["fusion.num_heads=4"]}
DRIVER = """
import signal, sys
from pathlib import Path
from ecgfuse.studies.ablation.run import AblationPaths, run_ablation
from ecgfuse.pipeline.stage import run_stage

def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
    paths = AblationPaths(grid=Path("grid.yaml"), table=Path("out/table.md"),
                          figure=Path("out/ablation.png"), results=Path("out/ablation.json"))
    run_ablation(paths, poll_s=0.2)

run_stage(main)
"""


class Ablation:
    """An ablation in a scratch repository, started as by 'make ablation'."""

    def __init__(self, folder: Path) -> None:
        self.repository = ScratchRepository(folder / "repository")
        self.root = self.repository.root
        self.root.mkdir()
        self.log = folder / "log"
        self.log.touch()
        shutil.copy(ROOT / "params.yaml", self.root)
        self.repository.set_params({"fusion": {"alpha_init": -2.0}})  # the row default
        (self.root / "folds.py").write_text(STAGE)
        study = self.root / "studies" / "folds"
        study.mkdir(parents=True)
        shutil.copy(ROOT / "studies/folds/params.yaml", study)
        (study / "dvc.yaml").write_text(yaml.safe_dump(PIPELINE))
        self.write_grid(GRID)
        (self.root / ".dvc").mkdir()
        for name in ("config", ".gitignore"):
            shutil.copy(ROOT / ".dvc" / name, self.root / ".dvc")
        git = self.repository.git
        git("init", "--quiet", "--initial-branch=main")
        git("config", "user.name", "Test")
        git("config", "user.email", "test@example.org")
        self.repository.commit("the pipeline")

    def write_grid(self, rows: list[dict]) -> None:
        (self.root / "grid.yaml").write_text(yaml.safe_dump(rows))

    def start(self, *, sleep_s: float) -> subprocess.Popen[str]:
        environment = self.repository.environment() | {
            "PYTHONPATH": str(ROOT / "src"),
            "ABLATION_LOG": str(self.log),
            "ABLATION_SLEEP": str(sleep_s),
        }
        return subprocess.Popen(
            [sys.executable, "-c", DRIVER],
            cwd=self.root,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self) -> str:
        """Run to the end without waiting in stages; return the output."""
        with self.start(sleep_s=0) as process:
            output, _ = process.communicate(timeout=600)
        return f"{output}exit {process.returncode}"

    def ran(self) -> list[str]:
        """Names of the experiments whose stage was started, one per start."""
        return self.log.read_text().split()

    def wait_for_start_of(self, name: str) -> None:
        deadline = time.monotonic() + 300
        while name not in self.ran():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def processes(self) -> list[psutil.Process]:
        """Processes that run in the repository or in a copy below it."""
        found = []
        for process in psutil.process_iter():
            try:
                if Path(process.cwd()).is_relative_to(self.root):
                    found.append(process)
            except psutil.Error:
                continue
        return found


@pytest.fixture
def ablation(tmp_path: Path) -> Iterator[Ablation]:
    ablation = Ablation(tmp_path)
    yield ablation
    for process in ablation.processes():
        process.kill()


def test_after_a_kill_finished_rows_are_kept_and_the_others_run(ablation):
    with ablation.start(sleep_s=3):
        ablation.wait_for_start_of("gate-0")
        for process in ablation.processes():
            process.kill()
    output = ablation.run()
    assert "1 of 3 rows are done" in output
    assert output.endswith("exit 0"), output
    assert ablation.ran() == ["default", "gate-0", "gate-0", "gate-2"]
    assert ablation.repository.git("status", "--porcelain").split() == ["??", "out/"]
    assert not list((ablation.root / ".dvc/tmp/exps").glob("tmp*"))

    with (ablation.root / "out/table.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["row"] for row in rows] == ["default", "gate-0", "gate-2"]
    assert [float(row["macro_f1"]) for row in rows] == [0.48, 0.5, 0.52]
    assert [float(row["fusion.alpha_init"]) for row in rows] == [-2, 0, 2]
    assert rows[2]["command"] == f"dvc exp run -n gate-2 -S fusion.alpha_init=2 {TARGET}"
    metrics = json.loads((ablation.root / "out/ablation.json").read_text())
    assert metrics["gate-0"]["settings"] == "fusion.alpha_init=0"
    assert (ablation.root / "out/ablation.png").stat().st_size > 5000


def test_ctrl_c_stops_the_running_row_and_a_failing_row_is_named(ablation):
    ablation.write_grid([*GRID[:2], FAILS])
    with ablation.start(sleep_s=300) as process:
        ablation.wait_for_start_of("default")
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=250) == 130
    copies = ablation.root / ".dvc/tmp/exps"
    assert not [one for one in ablation.processes() if copies in Path(one.cwd()).parents]

    output = ablation.run()
    assert "heads-4 failed; 'dvc queue logs heads-4' shows why" in output
    assert output.endswith("exit 1")
    assert ablation.ran() == ["default", "default", "gate-0", "heads-4"]
    table = (ablation.root / "out/table.md").read_text()
    assert "a result: heads-4." in table
    assert "| heads-4" not in table
    assert "as if its training had failed" in ablation.repository.dvc("queue", "logs", "heads-4")


def test_changes_to_params_yaml_from_a_kill_while_queueing_are_reverted(ablation):
    ablation.repository.set_params({"fusion": {"alpha_init": 2}})  # as DVC does for gate-2
    note = ablation.root / ".dvc/tmp/repro.dat"
    note.parent.mkdir(exist_ok=True)
    note.touch()
    ablation.repository.git("add", "--force", str(note), "params.yaml")
    output = ablation.run()
    assert "the parameters are as committed again" in output
    assert output.endswith("exit 0"), output
    assert ablation.ran() == ["default", "gate-0", "gate-2"]

    ablation.repository.set_params({"fusion": {"alpha_init": 1}})  # the user's, of no row
    output = ablation.run()
    assert "params.yaml changed since the last commit" in output
    assert output.endswith("exit 1")
