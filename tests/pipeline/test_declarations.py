"""dvc.yaml says exactly what the stages import and read; params.yaml holds nothing else."""

import ast
import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from configurations import CONFIGS
from imports import ROOT, import_closure

from ecgfuse.datasets.fusions import TRAININGS, fusion_of, uses_attention
from ecgfuse.datasets.splits import SplitConfig

CONFIGS_BY_NAME = {config.__name__: config for config in CONFIGS}
PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text())
STAGES = PIPELINE["stages"]


def definition(stage: str) -> dict[str, Any]:
    return STAGES[stage].get("do", STAGES[stage])


def script(stage: str) -> Path:
    return ROOT / "stages" / f"{stage}.py"


def declared_params(stage: str) -> set[str]:
    """Groups and single keys, with the group of each fusion written as 'item.group'."""
    return {name.strip("${}") for name in definition(stage).get("params", [])}


def loaded_params(stage: str) -> set[str]:
    """Groups that the script loads, or a single key where it takes only that of the group."""
    return loaded_params_of(script(stage), configs=CONFIGS)


def loaded_params_of(path: Path, *, configs: Sequence[type]) -> set[str]:
    """The same of any script, by the configuration classes that there are."""
    by_name = {config.__name__: config for config in configs}
    tree = ast.parse(path.read_text())
    single = {
        id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load_params":
            (argument,) = node.args
            assert isinstance(argument, ast.Name)
            group = by_name[argument.id].group
            key = single.get(id(node))
            names.add(f"{group}.{key}" if key else group)
    return names


@pytest.mark.parametrize("stage", STAGES)
def test_every_module_that_a_stage_imports_is_among_its_deps_and_no_other(stage):
    deps = {dep for dep in definition(stage)["deps"] if dep.endswith(".py")}
    assert deps == import_closure(script(stage)) | {f"stages/{stage}.py"}


@pytest.mark.parametrize("stage", STAGES)
def test_every_parameter_group_that_a_stage_loads_is_declared_and_no_other(stage):
    declared = declared_params(stage)
    if stage == "report":  # shows all parameters on its page
        assert declared == set(yaml.safe_load((ROOT / "params.yaml").read_text()))
        return
    if stage == "train":
        declared = declared - {"item.group"} | {"fusion"}
    if "external" in loaded_params(stage):  # which databases there are beside its own is no matter
        assert "external" not in declared
        declared = {name for name in declared if not name.startswith("external.")} | {"external"}
    assert declared == loaded_params(stage)


def test_a_training_declares_the_attention_parameters_only_where_it_has_the_attention():
    items = STAGES["train"]["foreach"]
    assert tuple(items) == TRAININGS
    for training in TRAININGS:
        assert (items[training]["group"] == "fusion") == uses_attention(fusion_of(training))


@pytest.mark.parametrize("name", CONFIGS_BY_NAME)
def test_every_parameter_of_a_group_is_read_by_the_stages_that_declare_it(name):
    config = CONFIGS_BY_NAME[name]
    users = [stage for stage in STAGES if config.group in loaded_params(stage)]
    assert users, f"no stage loads {config.group}"
    unread = {field.name for field in dataclasses.fields(config)}
    unread -= set(re.findall(rf"\$\{{{config.group}\.(\w+)\}}", (ROOT / "dvc.yaml").read_text()))
    for stage in users:
        for module in import_closure(script(stage)) | {f"stages/{stage}.py"}:
            if Path(module).name != "config.py":
                unread -= _attributes(ROOT / module)
    assert not unread - _getattr_by_split(config)


def test_params_yaml_and_the_configurations_hold_the_same_groups():
    groups = set(yaml.safe_load((ROOT / "params.yaml").read_text()))
    assert groups == {config.group for config in CONFIGS}


@pytest.mark.parametrize("stage", ["train", "folds"])
def test_no_training_depends_on_anything_of_the_test_records(stage):
    for dep in definition(stage)["deps"]:
        assert "test" not in dep
        assert dep not in ("data/beats", "data/rr", "data/raw/${data.database}")


def test_metrics_and_plots_are_kept_in_git_and_nothing_is_persisted():
    for stage in STAGES:
        for kind in ("metrics", "plots"):
            for out in definition(stage).get(kind, []):
                (options,) = out.values()
                assert options == {"cache": False}
        assert "persist" not in str(definition(stage))


def test_every_stage_has_a_description_that_fits_the_listing():
    for stage in STAGES:
        assert 20 <= len(definition(stage)["desc"]) <= 90


def test_a_stage_script_is_short():
    for stage in STAGES:
        assert len(script(stage).read_text().splitlines()) <= 60


def _attributes(path: Path) -> set[str]:
    return {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }


def _getattr_by_split(config: type) -> set[str]:
    """SplitConfig.records reads train, valid and test by name, with getattr."""
    return {"train", "valid", "test"} if config is SplitConfig else set()
