"""The real stage scripts can be analysed."""

from pathlib import Path

import pytest
from root import ROOT

from ecgfuse.pipeline.code.package import Package
from ecgfuse.pipeline.code.reach import Walks
from ecgfuse.pipeline.code.write import stage_scripts

SCRIPTS = stage_scripts(ROOT)


@pytest.fixture(scope="module")
def walks():
    return Walks(Package(ROOT))


def test_there_are_stage_scripts():
    assert Path("stages/train.py") in SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_a_stage_script_reaches_main_and_run_stage(walks, script):
    reached = walks.reach(script)
    names = {name for statement in reached.statements for name in statement.names}
    assert {"main", "run_stage"} <= names


def test_no_stage_reaches_the_command_line(walks):
    for script in SCRIPTS:
        assert not any("cli" in path.parts for path in walks.reach(script).spans())
