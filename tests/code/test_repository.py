"""The real stage scripts can be walked."""

from pathlib import Path

import pytest

from ecgfuse.code.loaded import loaded_by
from ecgfuse.code.package import Package
from ecgfuse.code.reach import Walks
from ecgfuse.code.write import stage_scripts

ROOT = Path(__file__).parents[2]
SCRIPTS = stage_scripts(ROOT)


@pytest.fixture(scope="module")
def walks():
    return Walks(Package(ROOT))


def test_there_are_stage_scripts():
    assert Path("stages/train.py") in SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_a_stage_script_reaches_its_own_statements_and_those_that_run_it(walks, script):
    reached = walks.reach(script)
    names = {name for statement in reached.statements for name in statement.names}
    assert {"main", "run_stage"} <= names


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_the_parameters_that_a_stage_script_loads_can_be_told(walks, script):
    assert isinstance(loaded_by(walks.reach(script)), set)


def test_no_stage_reaches_the_command_line(walks):
    for script in SCRIPTS:
        assert not any("cli" in path.parts for path in walks.reach(script).spans())
