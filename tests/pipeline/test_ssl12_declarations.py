"""The dvc.yaml of studies/ssl12 says exactly what its stages import and read."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from imports import ROOT, import_closure
from test_declarations import loaded_params_of

from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.ssl12.config import FineTuneConfig, LeadsConfig, RecordingsConfig

HERE = ROOT / "studies/ssl12"
CONFIGS = (RecordingsConfig, PretrainConfig, FineTuneConfig, LeadsConfig)
STAGES: dict[str, Any] = yaml.safe_load((HERE / "dvc.yaml").read_text())["stages"]


def definition(stage: str) -> dict[str, Any]:
    return STAGES[stage].get("do", STAGES[stage])


def script(stage: str) -> Path:
    return HERE / "stages" / f"{stage}.py"


@pytest.mark.parametrize("stage", STAGES)
def test_every_module_that_a_stage_imports_is_among_its_deps_and_no_other(stage: str) -> None:
    deps = {dep for dep in definition(stage)["deps"] if dep.endswith(".py")}
    imported = {f"../../{path}" for path in import_closure(script(stage))}
    assert deps == imported | {f"stages/{stage}.py"}


@pytest.mark.parametrize("stage", STAGES)
def test_every_parameter_group_that_a_stage_loads_is_declared_and_no_other(stage: str) -> None:
    declared = set(definition(stage).get("params", []))
    assert declared == loaded_params_of(script(stage), configs=CONFIGS)


def test_the_parameters_are_what_the_configurations_ask_for() -> None:
    for config in CONFIGS:
        load_params(config, path=HERE / "params.yaml")
    groups = set(yaml.safe_load((HERE / "params.yaml").read_text()))
    assert groups == {config.group for config in CONFIGS}


def test_a_stage_script_is_short_and_has_a_description() -> None:
    for stage in STAGES:
        assert len(script(stage).read_text().splitlines()) <= 60
        assert 20 <= len(definition(stage)["desc"]) <= 90
