"""The evaluate stage writes what DVC shows: scores, tables and pictures, whole or not at all."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_networks import (
    ATTENTION,
    WITHOUT_ATTENTION,
    attention_with,
    made_up_beats,
    stored_model,
    write_split,
    write_splits,
)

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.evaluate.calibration import calibration_errors
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.metrics import MACRO, summarise
from ecgfuse.evaluate.predict import SPLITS, predict
from ecgfuse.evaluate.run import EvaluationPaths, evaluate
from ecgfuse.models.config import Block, FusionConfig
from ecgfuse.models.store import save_model

CONFIG = EvaluateConfig(curve_points=11, examples=1, bootstrap=100, bootstrap_seed=1, ece_bins=10)
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


def write_inputs(folder: Path, *, fusion: Fusion, attention: FusionConfig = ATTENTION) -> None:
    """All that the stage reads: data, its origin, two models and their training curves."""
    write_splits(folder, n_beats=N_BEATS)
    dataset = {"database": "mitdb", "kind": "synthetic", "version": "1.0.0"}
    (folder / "dataset.json").write_text(json.dumps(dataset))
    for seed in (1, 2):
        stored = stored_model(fusion, seed=seed, attention=attention)
        path = folder / "models" / f"seed-{seed}.safetensors"
        save_model(stored.network.state_dict(), path, spec=stored.spec, origin=stored.origin)
    columns = ["train_loss", "valid_loss", "valid_macro_auprc", "valid_macro_f1"]
    history = pd.DataFrame({"epoch": [1, 2]} | {name: [0.4, 0.5] for name in columns})
    history.to_csv(folder / "history.csv", index=False)


def predict_and_evaluate(folder: Path) -> None:
    predict(
        "a model",
        models=folder / "models",
        beats=dict.fromkeys(SPLITS, folder / "beats"),
        rr=dict.fromkeys(SPLITS, folder / "rr"),
        workers=1,
        out=folder / "predictions",
    )
    evaluate(paths=paths_in(folder), config=CONFIG)


def evaluated(folder: Path, *, fusion: Fusion) -> EvaluationPaths:
    write_inputs(folder, fusion=fusion)
    predict_and_evaluate(folder)
    return paths_in(folder)


@pytest.fixture(scope="module")
def hybrid(tmp_path_factory: pytest.TempPathFactory) -> EvaluationPaths:
    return evaluated(tmp_path_factory.mktemp("hybrid"), fusion="hybrid")


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> EvaluationPaths:
    return evaluated(tmp_path_factory.mktemp("early"), fusion="early")


def read_results(paths: EvaluationPaths) -> dict[str, Any]:
    results: dict[str, Any] = json.loads(paths.results.read_text())
    return results


def test_results_say_of_what_data_and_how_many_seeds_they_are(hybrid: EvaluationPaths) -> None:
    metrics = read_results(hybrid)
    scores = ["test", "test_sd", "test_ensemble", "test_ci", "valid", "valid_sd"]
    assert list(metrics) == ["data", "seeds", *scores, "calibration", "by_record", "always_n"]
    assert metrics["data"] == {
        "database": "mitdb",
        "kind": "synthetic",
        "test_beats": N_BEATS,
        "unused_test_beats": 2,
        "valid_beats": N_BEATS,
    }
    assert metrics["seeds"] == 2


def test_results_are_dicts_numbers_and_strings_alone(hybrid: EvaluationPaths) -> None:
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
        "valid": made_up_beats(N_BEATS, seed=1),
        "test": made_up_beats(N_BEATS, seed=2),
    }.items():
        networks = [stored_model("hybrid", seed=seed).network for seed in (1, 2)]
        by_seed = [network(data.inputs).softmax(1).detach().numpy() for network in networks]
        expected = summarise(data.labels.numpy(), np.stack(by_seed))
        for name in ("macro_f1", "macro_auprc", "macro_auroc", "accuracy"):
            assert metrics[split][name] == pytest.approx(expected["mean"][name])
            if split == "test":
                assert metrics["test_sd"][name] == pytest.approx(expected["sd"][name])
                assert metrics["test_ensemble"][name] == pytest.approx(expected["ensemble"][name])


@pytest.mark.parametrize(
    ("fusion", "extra"), [("early", []), ("hybrid", ["attention.png", "gate.png"])]
)
def test_tables_and_pictures_of_the_fusion_are_there(
    fusion: str, extra: list[str], request: pytest.FixtureRequest
) -> None:
    plots = request.getfixturevalue(fusion).plots
    pictures = ["confusion.png", "curves.png", "examples.png", "history.png", *extra]
    pictures += ["reliability.png"]
    tables = ["confusion.csv", "precision_recall.csv", "roc.csv", "records.csv", "reliability.csv"]
    tables += ["errors.csv"]
    assert sorted(path.name for path in plots.iterdir()) == sorted(pictures + tables)
    for name in pictures:
        assert (plots / name).read_bytes().startswith(b"\x89PNG")
    assert len(pd.read_csv(plots / "roc.csv")) == CONFIG.curve_points
    assert len(pd.read_csv(plots / "confusion.csv")) == N_BEATS
    by_record = pd.read_csv(plots / "records.csv")
    assert by_record["beats"].sum() == N_BEATS
    wrong = N_BEATS - by_record["correct"].sum()
    assert pd.read_csv(plots / "errors.csv")["beats"].sum() == wrong > 0


@pytest.mark.parametrize("block", WITHOUT_ATTENTION)
def test_block_without_attention_gets_no_picture_of_it_nor_of_a_gate(
    block: Block, tmp_path: Path
) -> None:
    write_inputs(tmp_path, fusion="late", attention=attention_with(block=block))
    (tmp_path / "plots").mkdir()
    for name in ("attention.png", "gate.png"):  # left by an evaluation with mhca
        (tmp_path / "plots" / name).touch()
    predict_and_evaluate(tmp_path)
    pictures = sorted(path.stem for path in (tmp_path / "plots").glob("*.png"))
    assert pictures == ["confusion", "curves", "examples", "history", "reliability"]


def test_predictions_have_a_row_a_test_beat(hybrid: EvaluationPaths) -> None:
    table = pd.read_csv(hybrid.predictions / "test.csv")
    assert table["actual"].tolist() == list("NSVF") * (N_BEATS // 4)
    assert set(table["predicted"]) <= set("NSVF")
    np.testing.assert_allclose(table[["p_N", "p_S", "p_V", "p_F"]].sum(axis=1), 1.0, atol=1e-5)
    right = (table["actual"] == table["predicted"]).mean()
    assert read_results(hybrid)["test_ensemble"]["accuracy"] == pytest.approx(right)


def test_intervals_are_given_for_every_macro_score_and_the_f1_of_every_class(
    hybrid: EvaluationPaths,
) -> None:
    metrics = read_results(hybrid)
    ci = metrics["test_ci"]
    assert list(ci) == ["draws", *MACRO, *"NSVF"]
    assert 0 < ci["draws"] <= CONFIG.bootstrap
    for found in [*(ci[name] for name in MACRO), *(ci[name]["f1"] for name in "NSVF")]:
        assert 0 <= found["low"] <= found["high"] <= 1


def test_calibration_is_that_of_both_splits_with_the_test_on_top(hybrid: EvaluationPaths) -> None:
    calibration = read_results(hybrid)["calibration"]
    data = made_up_beats(N_BEATS, seed=2)
    networks = [stored_model("hybrid", seed=seed).network for seed in (1, 2)]
    by_seed = [network(data.inputs).softmax(1).detach().numpy() for network in networks]
    expected = [calibration_errors(data.labels.numpy(), p, n_bins=10)["ece"] for p in by_seed]
    assert calibration["ece"] == pytest.approx(np.mean(expected))
    assert calibration["bins"] == 10
    for split in ("test", "valid"):
        for of in ("mean", "ensemble"):
            assert list(calibration[split][of]) == ["ece", *"NSVF"]


def test_the_rest_is_scored_without_the_record_whose_person_is_in_training(
    tmp_path: Path,
) -> None:
    write_inputs(tmp_path, fusion="early")
    table = tmp_path / "beats" / "test" / "beats.csv"
    beats = pd.read_csv(table)
    beats.replace({"record": {101: 202}}).to_csv(table, index=False)
    predict_and_evaluate(tmp_path)
    found = read_results(paths_in(tmp_path))["test_without_202"]
    data = made_up_beats(N_BEATS, seed=2)
    kept = (beats["record"][beats["used"] == 1] == 100).to_numpy()
    assert 0 < kept.sum() < N_BEATS
    by_seed = [
        stored_model("early", seed=seed).network(data.inputs).softmax(1).detach().numpy()[kept]
        for seed in (1, 2)
    ]
    expected = summarise(data.labels.numpy()[kept], np.stack(by_seed))
    assert list(found) == ["mean", "sd", "ensemble"]
    for part in found:
        assert found[part]["macro_auprc"] == pytest.approx(expected[part]["macro_auprc"])


def test_parts_that_early_fusion_does_not_read_may_be_missing(tmp_path: Path) -> None:
    write_inputs(tmp_path, fusion="early")
    for split in ("valid", "test"):
        (tmp_path / "rr" / split / "features.npy").unlink()
    predict_and_evaluate(tmp_path)
    assert (tmp_path / "metrics.json").is_file()


@pytest.mark.parametrize("split", ["valid", "test"])
def test_class_without_beats_is_refused_and_nothing_is_written(split: str, tmp_path: Path) -> None:
    write_inputs(tmp_path, fusion="early")
    data = made_up_beats(N_BEATS, seed=0)
    data.labels[data.labels == 3] = 2
    write_split(data, split, beats=tmp_path / "beats", rr=tmp_path / "rr")
    with pytest.raises(ValueError, match=rf"split\.{split} holds no beat of class F"):
        predict_and_evaluate(tmp_path)
    for path in ("plots", "results.json", "metrics.json"):
        assert not (tmp_path / path).exists()


def test_folder_without_models_is_refused(tmp_path: Path) -> None:
    write_inputs(tmp_path, fusion="early")
    shutil.rmtree(tmp_path / "models")
    with pytest.raises(ValueError, match="no trained model"):
        predict_and_evaluate(tmp_path)
    assert not (tmp_path / "predictions").exists()


def test_scoring_without_predictions_is_refused_with_the_stage_that_makes_them(
    tmp_path: Path,
) -> None:
    write_inputs(tmp_path, fusion="early")
    with pytest.raises(ValueError, match=r"no such file; make it with 'dvc repro predict'"):
        evaluate(paths=paths_in(tmp_path), config=CONFIG)


def test_predictions_of_other_beats_are_refused(tmp_path: Path) -> None:
    write_inputs(tmp_path, fusion="early")
    predict_and_evaluate(tmp_path)
    path = tmp_path / "predictions" / "test.csv"
    table = pd.read_csv(path)
    table.assign(actual=table["actual"].to_numpy()[::-1]).to_csv(path, index=False)
    with pytest.raises(ValueError, match="is not of the beats of split test that are there now"):
        evaluate(paths=paths_in(tmp_path), config=CONFIG)
