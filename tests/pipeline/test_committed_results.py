"""What is committed belongs together: code, parameters, dvc.lock, metrics, plots, models."""

import inspect
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import onnx
import pytest
from root import ROOT

import ecgfuse
from ecgfuse.code.write import write_fingerprints
from ecgfuse.datasets.fusions import MODELS
from ecgfuse.evaluate.collect import HEADLINE_PATHS
from ecgfuse.export.deployable import load_deployable
from ecgfuse.params import load_params
from ecgfuse.places import Places
from ecgfuse.report.build import STUDY_OF_RESULTS, build_report
from ecgfuse.results import pick
from ecgfuse.train.config import TrainConfig


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


@pytest.mark.parametrize("fusion", ["early", "late", "hybrid"])
def test_the_committed_metrics_are_of_real_recordings(fusion):
    metrics = json.loads((ROOT / f"metrics/{fusion}.json").read_text())
    assert metrics["data"]["kind"] == "real"
    assert metric(fusion, "data", "test_beats") == 49_661
    assert metrics["seeds"] == len(load_params(TrainConfig, path=ROOT / "params.yaml").seeds) == 5


def metric(name: str, *path: str) -> float:
    """A number of the results of a model or of a study."""
    if name in MODELS:
        file = Places(name).results
    elif name == "comparison":
        file = Path("results/comparison.json")
    else:
        file = Path("studies") / STUDY_OF_RESULTS[name] / f"results/{name}.json"
    value = json.loads((ROOT / file).read_text())
    for key in path:
        value = value[key]
    return value


def objectives() -> dict[str, Any]:
    path = ROOT / "studies/objectives/results/objectives.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


@pytest.mark.parametrize("model", MODELS)
def test_the_committed_metrics_are_the_headline_of_the_results(model):
    metrics = json.loads((ROOT / Places(model).metrics).read_text())
    results = json.loads((ROOT / Places(model).results).read_text())
    assert metrics == pick(results, HEADLINE_PATHS)


def test_the_root_pipeline_has_few_enough_columns_to_read():
    def leaves(value: object) -> int:
        return sum(map(leaves, value.values())) if isinstance(value, dict) else 1

    files = sorted((ROOT / "metrics").glob("*.json"))
    assert sum(leaves(json.loads(path.read_text())) for path in files) <= 40


def test_the_committed_fingerprints_are_those_of_the_committed_code(tmp_path: Path):
    write_fingerprints(ROOT, out=tmp_path)
    written = {path.relative_to(tmp_path): path.read_text() for path in tmp_path.rglob("*.txt")}
    folder = ROOT / "code"
    committed = {path.relative_to(folder): path.read_text() for path in folder.rglob("*.txt")}
    assert written == committed


def test_the_committed_page_shows_what_is_there_and_is_small(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(ROOT)
    build_report(Path(), out=tmp_path / "report.html")
    page = (ROOT / "report.html").read_bytes()
    assert (tmp_path / "report.html").read_bytes() == page
    assert len(page) <= 800_000


@pytest.mark.parametrize("model", MODELS)
def test_the_committed_interval_holds_the_score_and_the_calibration_is_a_share(model):
    low, high = (metric(model, "test_ci", "macro_f1", end) for end in ("low", "high"))
    assert low < metric(model, "test", "macro_f1") < high
    assert 0 < metric(model, "calibration", "ece") < 0.2
    assert metric(model, "test_without_202", "mean", "macro_f1") > 0.3


def test_the_committed_comparison_and_noise_are_of_real_recordings():
    for pair in ("hybrid_vs_early", "hybrid_vs_late"):
        assert 0 <= metric("comparison", pair, "probability_better") <= 1
    assert metric("noise", "noise", "kind") == metric("noise", "data", "kind") == "real"
    for fusion in ("early", "late", "hybrid"):
        clean = metric("noise", fusion, "clean", "macro_f1")
        assert metric("noise", fusion, "ma", "-6", "macro_f1") < clean


@pytest.mark.parametrize("fusion", MODELS)
def test_the_committed_model_is_small_and_says_how_to_prepare_a_recording(fusion):
    path = ROOT / f"models/{fusion}.safetensors"
    assert path.stat().st_size < 1_000_000
    model = load_deployable(path)
    assert model.stored.spec.n_signal_rows == len(model.preprocess.rows)


@pytest.mark.parametrize("model", MODELS)
def test_the_committed_onnx_file_is_of_the_same_network_and_gives_the_same_labels(model):
    (entry,) = onnx.load(ROOT / f"models/{model}.onnx").metadata_props
    assert (
        json.loads(entry.value)
        == load_deployable(ROOT / f"models/{model}.safetensors").stored.origin
    )
    assert metric("annotate", "onnx", model, "beats") == 49_661
    assert metric("annotate", "onnx", model, "other_labels") == 0


def test_the_committed_annotation_finds_beats_and_loses_little_by_it():
    qrs = ("standard", "gross", "qrs")
    assert metric("annotate", "reference", *qrs, "se") == 1
    for figure in ("se", "ppv"):
        assert metric("annotate", "detected", *qrs, figure) > 0.99
        found, given = (
            metric("annotate", beats, "standard", "gross", "veb", figure)
            for beats in ("detected", "reference")
        )
        assert abs(found - given) < 0.05


def test_the_beats_that_are_found_are_nearer_than_the_detector_puts_them():
    found = metric("annotate", "detected", "within_ms")
    assert found < metric("detectors", "detectors", "khamis2016", "ds2", "within_ms")


def test_the_model_that_annotates_by_default_is_what_the_validation_patients_prefer():
    default = inspect.signature(ecgfuse.load).parameters["model"].default
    assert default == max(MODELS, key=lambda model: metric(model, "valid", "macro_f1"))
    assert metric("annotate", "model") == default


def test_the_default_start_is_what_the_patients_of_ds1_prefer():
    rows = json.loads((ROOT / "studies/pretrain_folds/results.json").read_text())
    assert len(rows) == 8
    assert max(rows, key=lambda name: rows[name]["macro_auprc"]) == "default"


def test_the_committed_probes_tell_held_out_patients_beats_apart_better_than_chance():
    for objective in ("mae_moco", "mae_nextclip", "w2v_cmsc_rlm"):
        for of_encoder in objectives()[objective].values():
            assert of_encoder["probe"]["macro_auroc"] > 0.6


def test_the_committed_reconstructions_are_better_than_zero_and_a_repeated_clip():
    for objective in ("mae_moco", "mae_nextclip"):
        for found in objectives()[objective].values():
            losses, trivial = found["losses"], found["trivial"]
            assert losses["mae"] < trivial["mae_if_zero"]
            if objective == "mae_nextclip":
                assert losses["nextclip"] < trivial["nextclip_if_zero"]
                assert losses["nextclip"] < trivial["nextclip_if_repeated"]


def test_the_committed_local_contrast_is_better_than_chance():
    for found in objectives()["w2v_cmsc_rlm"].values():
        assert found["losses"]["local"] < found["trivial"]["local_by_chance"]


@pytest.mark.parametrize("objective", ["mae_moco", "mae_nextclip", "w2v_cmsc_rlm"])
def test_the_committed_probes_tell_diagnoses_apart_better_than_chance(objective):
    scores = json.loads((ROOT / "studies/ssl12/results/summary.json").read_text())[objective]
    probe = scores["linear_probe"]
    assert probe["macro_auroc"] - 2 * probe["sd"]["macro_auroc"] > 0.5
    for recipe in ("scratch", "linear_probe", "fine_tune"):
        for score in ("macro_auroc", "ovo_auc", "macro_f1"):
            assert 0 < scores[recipe][score] < 1


def test_the_committed_embeddings_find_a_patient_more_often_than_chance():
    for by_set in json.loads((ROOT / "studies/ssl12/results/leads.json").read_text()).values():
        assert list(by_set) == ["12", "6", "3", "2", "1"]
        for row in by_set.values():
            found = row["identification"]
            assert found["rank1"] > 3 / found["patients"]
