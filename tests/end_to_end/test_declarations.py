"""Each dvc.yaml declares what its stages reach and read; parameter files hold nothing else."""

import ast
import dataclasses
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from configurations import CONFIGS
from pipelines import STAGES, STUDIES, Stage, stages_of
from root import ROOT

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.pipeline.code.loaded import loaded_by
from ecgfuse.pipeline.code.package import Package
from ecgfuse.pipeline.code.reach import Walks
from ecgfuse.pipeline.code.write import fingerprint_file, stage_scripts
from ecgfuse.pipeline.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.report.studies import TITLES
from ecgfuse.studies.ssl12.config import FineTuneConfig, LeadsConfig, RecordingsConfig
from ecgfuse.train.trained_model import BLOCKS, COMPARED

WALKS = Walks(Package(ROOT))
CODE, *OTHERS = STAGES
TRAININGS = ("pretrain", "train", "folds", "distill")
SSL12 = (RecordingsConfig, PretrainConfig, FineTuneConfig, LeadsConfig)
"""Its parameter file holds all groups that it reads, including pretrain."""


def loaded_params(stage: Stage) -> set[str]:
    return loaded_by(WALKS.reach(stage.script))


@pytest.mark.parametrize("stage", OTHERS, ids=str)
def test_a_stage_depends_on_the_fingerprints_of_its_script_and_not_on_code(stage):
    deps = stage.definition["deps"]
    assert deps[0] == f"code/{fingerprint_file(stage.script)}"
    assert not [dep for dep in deps if dep.startswith("src") or dep.endswith(".py")]


def test_every_script_is_run_by_a_stage_and_read_by_the_stage_code():
    scripts = {stage.script for stage in STAGES}
    assert scripts == set(stage_scripts(ROOT))
    folders = {str(script.parent) for script in scripts}
    assert set(CODE.definition["deps"]) == {"src/ecgfuse", *folders, "requirements.txt"}


@pytest.mark.parametrize("stage", STAGES, ids=str)
def test_a_stage_declares_the_parameters_that_it_loads_and_no_others(stage):
    declared, loaded = stage.declared_params(), loaded_params(stage)
    if stage.name == "report":  # shows all parameters
        assert "params.yaml" in stage.definition["deps"]
    if "external" in loaded:  # a stage reads only the part for its own database
        assert "external" not in declared
        declared = {name for name in declared if not name.startswith("external.")} | {"external"}
    assert declared == loaded


def test_a_training_declares_what_its_fusion_block_reads():
    (train,) = [stage for stage in STAGES if str(stage) == "train"]
    assert tuple(train.items) == COMPARED
    for name, items in train.items.items():
        declared = set(items.values()) - {"model"}
        if name in BLOCKS:
            assert declared == {"fusion.emb_dim", "fusion.dropout"}
        elif name == "rr":
            assert declared == {"fusion.emb_dim", "fusion.ffn_dim", "fusion.dropout"}
        else:
            assert declared == {"fusion"}


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.group)
def test_every_parameter_of_a_group_is_read_by_the_stages_that_load_it(config):
    users = [
        stage
        for stage in STAGES
        if config.group in {name.partition(".")[0] for name in loaded_params(stage)}
    ]
    assert users, f"no stage loads {config.group}"
    unread = {field.name for field in dataclasses.fields(config)} - _getattr_by_split(config)
    for pipeline in (".", *(f"studies/{study}" for study in STUDIES)):
        text = (ROOT / pipeline / "dvc.yaml").read_text()
        unread -= set(re.findall(rf"\$\{{{config.group}\.(\w+)\}}", text))
    for stage in users:
        for statement in WALKS.reach(stage.script).statements:
            if statement.module.path.name != "config.py":
                unread -= _attributes(statement.node)
    assert not unread


def test_the_parameters_of_ssl12_match_its_configurations():
    path = ROOT / "studies/ssl12/params.yaml"
    for config in SSL12:
        load_params(config, path=path)
    assert set(yaml.safe_load(path.read_text())) == {config.group for config in SSL12}


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage.name in TRAININGS], ids=str)
def test_no_training_depends_on_the_test_records(stage):
    whole = {"beats", "rr", "${data.database}"}
    for dep in stage.definition["deps"]:
        assert "test" not in dep
        assert Path(dep).name not in whole


def test_results_metrics_and_plots_are_in_git_and_only_fingerprints_persist():
    for stage in STAGES:
        for kind in ("metrics", "plots"):
            for _, options in stage.outs(kind):
                assert options == {"cache": False}
        for path, options in stage.outs("outs"):
            in_git = path.startswith(("code", "metrics/", "models/", "report.html"))
            in_git |= "results/" in path
            assert options.get("cache", True) == (not in_git)
            assert options.get("persist", False) == (path == "code")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git repository")
def test_no_data_is_in_git():
    # DVC refuses to run a stage whose output git tracks.
    command = ["git", "ls-files", "--", "data", "studies/*/data"]
    tracked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {Path(path).name for path in tracked.split()} == {".gitignore"}


@pytest.mark.parametrize("stage", STAGES, ids=str)
def test_every_stage_runs_from_the_root_and_has_a_short_description(stage):
    assert stage.definition.get("wdir", ".") == ("." if stage.pipeline == "." else "../..")
    assert 20 <= len(stage.definition["desc"]) <= 95


@pytest.mark.parametrize("script", stage_scripts(ROOT), ids=str)
def test_a_stage_script_is_short(script):
    assert len((ROOT / script).read_text().splitlines()) <= 60


def test_the_root_pipeline_has_only_the_stages_of_the_compared_networks():
    assert [stage.name for stage in stages_of(".")] == [
        "code",
        "download",
        "download_noise",
        "preprocess",
        "rr",
        "noisy_beats",
        "pretrain",
        "train",
        "export",
        "predict",
        "evaluate",
        "comparison",
        "report",
    ]


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_has_a_readme_a_lock_a_command_and_a_title_in_the_report(study):
    folder = ROOT / "studies" / study
    assert (folder / "README.md").is_file()
    assert (folder / "dvc.lock").is_file()
    (report,) = [stage for stage in STAGES if str(stage) == "report"]
    assert f"studies/{study}/dvc.lock" in report.definition["deps"]
    assert study in TITLES
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(rf"^STUDIES := .*\b{study}\b", makefile, re.MULTILINE)


def _attributes(tree: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _getattr_by_split(config: type) -> set[str]:
    """SplitConfig.records reads train, valid and test by name, with getattr."""
    return {"train", "valid", "test"} if config is SplitConfig else set()
