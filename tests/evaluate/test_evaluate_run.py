"""The evaluate stage writes scores, tables and figures, all of them or none."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from root import ROOT
from small_networks import (
    BLOCK,
    block_with,
    labelled_beats,
    stored_model,
    write_split,
    write_splits,
)

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.fusions import Fusion
from ecgfuse.evaluate.calibration import calibration_errors
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.metrics import MACRO, summarise
from ecgfuse.evaluate.predict import SPLITS, predict
from ecgfuse.evaluate.run import EvaluationPaths, evaluate
from ecgfuse.models.config import FusionConfig
from ecgfuse.models.store import save_model
from ecgfuse.pipeline.params import load_params
from ecgfuse.preprocess.config import PreprocessConfig

pytestmark = pytest.mark.slow

CONFIG = EvaluateConfig(curve_points=11, examples=1, bootstrap=100, bootstrap_seed=1, ece_bins=10)
PREPROCESS = load_params(PreprocessConfig, path=ROOT / "params.yaml")
N_BEATS = 24


def paths_in(folder: Path) -> EvaluationPaths:
    return EvaluationPaths(
        dataset=folder / "dataset.json",
        beats=dict.fromkeys(("valid", "test"), folder / "beats"),
        history=folder / "history.csv",
        predictions=folder / "predictions",
        plots=folder / "plots",
        results=folder / "results.json",
        metrics=folder / "metrics.json",
    )


def write_inputs(folder: Path, *, fusion: Fusion, block: FusionConfig = BLOCK) -> None:
    """Write all inputs of the stage: beats, their origin, two models and their training curves."""
    write_splits(folder, n_beats=N_BEATS)
    dataset = {"database": "mitdb", "kind": "synthetic", "version": "1.0.0"}
    (folder / "dataset.json").write_text(json.dumps(dataset))
    for seed in (1, 2):
        stored = stored_model(fusion, seed=seed, block=block)
        path = folder / "models" / f"seed-{seed}.safetensors"
        save_model(stored.network.state_dict(), path, spec=stored.spec, origin=stored.origin)
    columns = ["train_loss", "valid_loss", "valid_macro_auprc", "valid_macro_f1"]
    history = pd.DataFrame({"epoch": [1, 2]} | {name: [0.4, 0.5] for name in columns})
    history.to_csv(folder / "history.csv", index=False)


def predict_in(folder: Path) -> None:
    predict(
        "a model",
        models=folder / "models",
        beats=dict.fromkeys(SPLITS, folder / "beats"),
        rr=dict.fromkeys(SPLITS, folder / "rr"),
        workers=1,
        out=folder / "predictions",
    )


def predict_and_evaluate(folder: Path) -> None:
    predict_in(folder)
    evaluate(paths=paths_in(folder), config=CONFIG, preprocess=PREPROCESS)


def evaluated(folder: Path, *, fusion: Fusion) -> EvaluationPaths:
    write_inputs(folder, fusion=fusion)
    predict_and_evaluate(folder)
    return paths_in(folder)


@pytest.fixture
def early_copy(early: EvaluationPaths, tmp_path: Path) -> Path:
    """A folder with all inputs and predictions of early fusion, to be changed by a test."""
    copy = tmp_path / "copy"
    shutil.copytree(
        early.dataset.parent, copy, ignore=lambda *_: ("plots", "results.json", "metrics.json")
    )
    return copy


@pytest.fixture(scope="module")
def hybrid(tmp_path_factory: pytest.TempPathFactory) -> EvaluationPaths:
    return evaluated(tmp_path_factory.mktemp("hybrid"), fusion="hybrid")


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> EvaluationPaths:
    return evaluated(tmp_path_factory.mktemp("early"), fusion="early")


def read_results(paths: EvaluationPaths) -> dict[str, Any]:
    results: dict[str, Any] = json.loads(paths.results.read_text())
    return results


def test_results_state_their_data_and_number_of_seeds(hybrid: EvaluationPaths) -> None:
    metrics = read_results(hybrid)
    scores = ["test", "test_sd", "test_ensemble", "test_ci", "valid", "valid_sd"]
    assert list(metrics) == ["data", "seeds", *scores, "calibration", "by_record", "always_n"]
    assert metrics["data"] == {
        "database": "mitdb",
        "kind": "synthetic",
        "test_beats": N_BEATS,
        "unused_test_beats": 4,  # two of each record
        "valid_beats": N_BEATS,
    }
    assert metrics["seeds"] == 2


def test_results_are_only_dicts_numbers_and_strings(hybrid: EvaluationPaths) -> None:
    def check(value: object) -> None:
        if isinstance(value, dict):
            for item in value.values():
                check(item)
        else:
            assert type(value) in (int, float, str)

    check(read_results(hybrid))


def test_the_metrics_file_holds_the_headline_of_the_results_in_13_columns(
    hybrid: EvaluationPaths,
) -> None:
    metrics, results = json.loads(hybrid.metrics.read_text()), read_results(hybrid)
    assert metrics["data"] == {"kind": "synthetic"}
    assert metrics["seeds"] == results["seeds"]
    macro = ("macro_f1", "macro_sensitivity", "macro_auprc", "macro_auroc", "accuracy")
    by_class = {name: {"f1": results["test"][name]["f1"]} for name in "SVF"}
    assert metrics["test"] == {name: results["test"][name] for name in macro} | by_class
    for key in ("test_sd", "test_ensemble", "valid"):
        assert metrics[key] == {"macro_f1": results[key]["macro_f1"]}
    assert len(list(leaves(metrics))) == 13  # three fusions make 39 columns of 'dvc exp show'


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    else:
        yield value


def test_scores_are_those_of_the_models_on_each_split(hybrid: EvaluationPaths) -> None:
    metrics = read_results(hybrid)
    for split, data in {
        "valid": labelled_beats(N_BEATS, seed=1),
        "test": labelled_beats(N_BEATS, seed=2),
    }.items():
        networks = [stored_model("hybrid", seed=seed).network for seed in (1, 2)]
        by_seed = [network(data.inputs).softmax(1).detach().numpy() for network in networks]
        expected = summarise(data.labels.numpy(), np.stack(by_seed), classes=CLASSES)
        for name in ("macro_f1", "macro_auprc", "macro_auroc", "accuracy"):
            assert metrics[split][name] == pytest.approx(expected["mean"][name])
            if split == "test":
                assert metrics["test_sd"][name] == pytest.approx(expected["sd"][name])
                assert metrics["test_ensemble"][name] == pytest.approx(expected["ensemble"][name])


def test_all_tables_and_figures_are_written(hybrid: EvaluationPaths) -> None:
    plots = hybrid.plots
    figures = ["attention.png", "confusion.png", "curves.png", "examples.png", "gate.png"]
    figures += ["history.png", "reliability.png"]
    tables = ["confusion.csv", "precision_recall.csv", "roc.csv", "records.csv", "reliability.csv"]
    tables += ["errors.csv"]
    assert sorted(path.name for path in plots.iterdir()) == sorted(figures + tables)
    for name in figures:
        assert (plots / name).read_bytes().startswith(b"\x89PNG")
    assert len(pd.read_csv(plots / "roc.csv")) == CONFIG.curve_points
    assert len(pd.read_csv(plots / "confusion.csv")) == N_BEATS
    by_record = pd.read_csv(plots / "records.csv")
    assert by_record["beats"].sum() == N_BEATS
    wrong = N_BEATS - by_record["correct"].sum()
    assert pd.read_csv(plots / "errors.csv")["beats"].sum() == wrong > 0


def test_block_without_attention_has_no_figure_of_attention_or_gate(tmp_path: Path) -> None:
    write_inputs(tmp_path, fusion="late", block=block_with(block="concat"))
    (tmp_path / "plots").mkdir()
    for name in ("attention.png", "gate.png"):  # left by an earlier evaluation with mhca
        (tmp_path / "plots" / name).touch()
    predict_and_evaluate(tmp_path)
    figures = sorted(path.stem for path in (tmp_path / "plots").glob("*.png"))
    assert figures == ["confusion", "curves", "examples", "history", "reliability"]


def test_predictions_have_one_row_per_test_beat(hybrid: EvaluationPaths) -> None:
    table = pd.read_csv(hybrid.predictions / "test.csv")
    assert table["actual"].tolist() == list("NSVF") * (N_BEATS // 4)
    assert set(table["predicted"]) <= set("NSVF")
    np.testing.assert_allclose(table[["p_N", "p_S", "p_V", "p_F"]].sum(axis=1), 1.0, atol=1e-5)
    correct = (table["actual"] == table["predicted"]).mean()
    assert read_results(hybrid)["test_ensemble"]["accuracy"] == pytest.approx(correct)


def test_every_macro_score_and_the_f1_of_every_class_have_an_interval(
    hybrid: EvaluationPaths,
) -> None:
    metrics = read_results(hybrid)
    ci = metrics["test_ci"]
    assert list(ci) == ["draws", *MACRO, *"NSVF"]
    assert 0 < ci["draws"] <= CONFIG.bootstrap
    for found in [*(ci[name] for name in MACRO), *(ci[name]["f1"] for name in "NSVF")]:
        assert 0 <= found["low"] <= found["high"] <= 1


def test_calibration_is_of_both_splits_with_that_of_the_test_on_top(
    hybrid: EvaluationPaths,
) -> None:
    calibration = read_results(hybrid)["calibration"]
    data = labelled_beats(N_BEATS, seed=2)
    networks = [stored_model("hybrid", seed=seed).network for seed in (1, 2)]
    by_seed = [network(data.inputs).softmax(1).detach().numpy() for network in networks]
    labels = data.labels.numpy()
    expected = [calibration_errors(labels, p, classes=CLASSES, n_bins=10)["ece"] for p in by_seed]
    assert calibration["ece"] == pytest.approx(np.mean(expected))
    assert calibration["bins"] == 10
    for split in ("test", "valid"):
        for of in ("mean", "ensemble"):
            assert list(calibration[split][of]) == ["ece", *"NSVF"]


def test_scores_without_the_record_whose_patient_is_in_training(early_copy: Path) -> None:
    table = early_copy / "beats" / "test" / "beats.csv"
    beats = pd.read_csv(table)
    beats.replace({"record": {101: 202}}).to_csv(table, index=False)
    evaluate(paths=paths_in(early_copy), config=CONFIG, preprocess=PREPROCESS)
    found = read_results(paths_in(early_copy))["test_without_202"]
    data = labelled_beats(N_BEATS, seed=2)
    kept = (beats["record"][beats["used"] == 1] == 100).to_numpy()
    assert 0 < kept.sum() < N_BEATS
    by_seed = [
        stored_model("early", seed=seed).network(data.inputs).softmax(1).detach().numpy()[kept]
        for seed in (1, 2)
    ]
    expected = summarise(data.labels.numpy()[kept], np.stack(by_seed), classes=CLASSES)
    assert list(found) == ["mean", "sd", "ensemble"]
    for part in found:
        assert found[part]["macro_auprc"] == pytest.approx(expected[part]["macro_auprc"])


@pytest.mark.parametrize("split", ["valid", "test"])
def test_class_without_beats_is_refused_and_nothing_is_written(
    split: str, early_copy: Path
) -> None:
    data = labelled_beats(N_BEATS, seed=0)
    data.labels[data.labels == 3] = 2
    write_split(data, split, beats=early_copy / "beats", rr=early_copy / "rr")
    with pytest.raises(ValueError, match=rf"split\.{split} has no beat of class F"):
        evaluate(paths=paths_in(early_copy), config=CONFIG, preprocess=PREPROCESS)
    for path in ("plots", "results.json", "metrics.json"):
        assert not (early_copy / path).exists()


def test_folder_without_models_is_refused(early_copy: Path) -> None:
    for folder in ("models", "predictions"):
        shutil.rmtree(early_copy / folder)
    with pytest.raises(ValueError, match="no trained model"):
        predict_in(early_copy)
    assert not (early_copy / "predictions").exists()


def test_missing_predictions_are_refused_with_the_stage_to_run(early_copy: Path) -> None:
    shutil.rmtree(early_copy / "predictions")
    with pytest.raises(ValueError, match="no such file; run the stage that predicts"):
        evaluate(paths=paths_in(early_copy), config=CONFIG, preprocess=PREPROCESS)


def test_predictions_for_other_beats_are_refused(early_copy: Path) -> None:
    path = early_copy / "predictions" / "test.csv"
    table = pd.read_csv(path)
    table.assign(actual=table["actual"].to_numpy()[::-1]).to_csv(path, index=False)
    with pytest.raises(ValueError, match="not the current beats of split test; run the stage"):
        evaluate(paths=paths_in(early_copy), config=CONFIG, preprocess=PREPROCESS)
