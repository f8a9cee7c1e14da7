"""Committed files are current, of real recordings, and consistent with each other.

Which model or setting scores best is a result of the run: the report states it, no test asserts it.
"""

import json
import shutil
import subprocess
import sys
from inspect import signature
from itertools import combinations
from pathlib import Path
from typing import Any

import onnx
import pytest
import yaml
from root import ROOT

import ecgfuse
from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.evaluate.collect import HEADLINE_PATHS
from ecgfuse.evaluate.comparison import INPUTS
from ecgfuse.export.deployable import load_deployable
from ecgfuse.export.single_beat import KIND, load_single_beat
from ecgfuse.pipeline.code.write import write_fingerprints
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.results import pick
from ecgfuse.report.build import STUDY_OF_RESULTS, build_report
from ecgfuse.studies.heartbeat.networks import NETWORKS
from ecgfuse.studies.heartbeat.small import MOST_PARAMETERS
from ecgfuse.train.config import TrainConfig
from ecgfuse.train.trained_model import COMPARED, EXPORTED, MODELS, TrainedModel


def metric(name: str, *path: str) -> Any:
    """A value in the results of a model or of a study."""
    if name in MODELS:
        file = TrainedModel(name).results
    elif name == "comparison":
        file = Path("metrics/comparison.json")
    else:
        file = Path("studies") / STUDY_OF_RESULTS[name] / f"results/{name}.json"
    value = json.loads((ROOT / file).read_text())
    for key in path:
        value = value[key]
    return value


@pytest.mark.pipeline
@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_in_a_clone_without_data_everything_is_up_to_date(tmp_path: Path):
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "repro", "--all-pipelines", "--dry", "--allow-missing"],
        cwd=clone,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Running stage" not in done.stdout
    assert "up to date" in done.stdout


@pytest.mark.parametrize("name", COMPARED)
def test_the_committed_metrics_are_of_real_recordings(name):
    metrics = json.loads((ROOT / f"metrics/{name}.json").read_text())
    assert metrics["data"]["kind"] == "real"
    assert metric(name, "data", "test_beats") == 49_661
    assert metrics["seeds"] == len(load_params(TrainConfig, path=ROOT / "params.yaml").seeds) == 5


@pytest.mark.parametrize("model", MODELS)
def test_the_committed_metrics_are_the_headline_of_the_results(model):
    metrics = json.loads((ROOT / TrainedModel(model).metrics).read_text())
    results = json.loads((ROOT / TrainedModel(model).results).read_text())
    assert metrics == pick(results, HEADLINE_PATHS)


def test_dvc_metrics_show_has_at_most_forty_columns():
    def leaves(value: object, name: str = "") -> set[str]:
        if not isinstance(value, dict):
            return {name}
        return {leaf for key in value for leaf in leaves(value[key], f"{name}.{key}")}

    files = [ROOT / TrainedModel(name).metrics for name in COMPARED]
    columns = set().union(*(leaves(json.loads(path.read_text())) for path in files))
    assert len(columns) <= 40


@pytest.mark.slow
def test_the_committed_fingerprints_are_those_of_the_committed_code(tmp_path: Path):
    write_fingerprints(ROOT, out=tmp_path)
    written = {path.relative_to(tmp_path): path.read_text() for path in tmp_path.rglob("*.txt")}
    folder = ROOT / "code"
    committed = {path.relative_to(folder): path.read_text() for path in folder.rglob("*.txt")}
    assert written == committed


@pytest.mark.slow
def test_the_committed_report_is_current_and_small(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(ROOT)
    build_report(Path(), out=tmp_path / "report.html")
    page = (ROOT / "report.html").read_bytes()
    assert (tmp_path / "report.html").read_bytes() == page
    assert len(page) <= 900_000


@pytest.mark.parametrize("model", MODELS)
def test_the_committed_interval_contains_the_score(model):
    low, high = (metric(model, "test_ci", "macro_f1", end) for end in ("low", "high"))
    assert low < metric(model, "test", "macro_f1") < high


def test_the_committed_noise_study_is_of_real_recordings():
    assert metric("noise", "noise", "kind") == metric("noise", "data", "kind") == "real"


def test_the_committed_fusions_read_the_same_inputs():
    specs = {
        fusion: load_deployable(ROOT / f"models/{fusion}.safetensors").stored.spec
        for fusion in FUSIONS
    }
    inputs = {name: [getattr(spec, field) for field in INPUTS] for name, spec in specs.items()}
    assert inputs["early"] == inputs["late"] == inputs["hybrid"]
    assert all(inputs["early"])
    backbones = {(spec.model, spec.size) for spec in specs.values()}
    assert len(backbones) == 1


def test_the_committed_comparison_is_of_networks_with_the_same_inputs_and_seeds():
    networks = metric("comparison", "networks")
    assert list(networks) == list(COMPARED)
    stored = load_deployable(ROOT / "models/hybrid.safetensors").stored.spec
    unread = {"waveform": {"n_rr"}, "rr": {"n_signal_rows", "length", "n_morphology"}}
    n_seeds = len(load_params(TrainConfig, path=ROOT / "params.yaml").seeds)
    for name, network in networks.items():
        for field in INPUTS:
            expected = 0 if field in unread.get(name, ()) else getattr(stored, field)
            assert network[field] == expected, (name, field)
        assert network["seeds"] == n_seeds
        for score in ("macro_f1", "macro_auprc"):
            assert network[score] == pytest.approx(metric(name, "test", score))


def test_the_committed_comparison_has_every_pair_of_networks():
    pairs = {f"{one}_vs_{other}" for other, one in combinations(COMPARED, 2)}
    assert set(metric("comparison", "pairs")) == pairs


@pytest.mark.parametrize("model", EXPORTED)
def test_the_committed_model_is_small_and_describes_its_preprocessing(model):
    path = ROOT / f"models/{model}.safetensors"
    assert path.stat().st_size < 1_000_000
    loaded = load_deployable(path)
    assert loaded.stored.spec.n_signal_rows == len(loaded.preprocess.rows)


@pytest.mark.parametrize("model", EXPORTED)
def test_the_committed_onnx_file_is_of_the_same_network_and_assigns_the_same_labels(model):
    (entry,) = onnx.load(ROOT / f"models/{model}.onnx").metadata_props
    stored = load_deployable(ROOT / f"models/{model}.safetensors").stored
    assert json.loads(entry.value) == stored.origin
    assert metric("annotate", "onnx", model, "beats") == 49_661
    assert metric("annotate", "onnx", model, "other_labels") == 0


def test_the_committed_models_of_single_beats_are_small_and_their_files_agree():
    folder = ROOT / "models/heartbeat"
    assert max(path.stat().st_size for path in folder.iterdir()) < 500_000
    for name in NETWORKS:
        stored = load_single_beat(folder / f"{name}.safetensors")
        (entry,) = onnx.load(folder / f"{name}.onnx").metadata_props
        assert json.loads(entry.value) == {**stored.origin, "kind": KIND}
        assert {member["kind"] for member in stored.origin["members"]} == {"real"}
    small = load_deployable(folder / "small.safetensors").stored
    (entry,) = onnx.load(folder / "small.onnx").metadata_props
    assert json.loads(entry.value) == small.origin


def test_the_committed_scores_of_single_beats_are_of_real_recordings_and_of_all_networks():
    metrics = json.loads((ROOT / "studies/heartbeat/metrics/summary.json").read_text())
    assert metrics["data"]["kind"] == "real"
    assert list(metrics["intra"]) == list(metrics["inter"]) == list(NETWORKS)
    assert metrics["small"]["n_parameters"] <= MOST_PARAMETERS
    scores = json.loads((ROOT / "studies/heartbeat/results/scores.json").read_text())
    assert scores["inter"]["records"] == 22
    # Kachuee's set: the 109,494 annotated beats without the last of each record, of which a fifth.
    assert scores["intra"]["beats"] == 21_890


def test_the_committed_annotations_are_of_the_default_model():
    assert metric("annotate", "model") == signature(ecgfuse.load).parameters["model"].default


def test_the_committed_backbone_comparison_has_all_rows_of_its_grid():
    rows = json.loads((ROOT / "studies/pretrain_folds/results.json").read_text())
    grid = yaml.safe_load((ROOT / "studies/pretrain_folds/grid.yaml").read_text())
    assert set(rows) == {row["name"] for row in grid}


def test_the_committed_lead_experiments_cover_all_sets_of_leads():
    results = json.loads((ROOT / "studies/ssl12/results/leads.json").read_text())
    for by_set in results.values():
        assert list(by_set) == ["12", "6", "3", "2", "1"]
