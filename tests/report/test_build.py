"""The report is built of what the stages before it leave, and of nothing else."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from made_up_studies import PNG, ablation_table, write_studies
from small_networks import stored_model, write_splits

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.evaluate.comparison import compare
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.predict import SPLITS, predict
from ecgfuse.evaluate.run import EvaluationPaths, evaluate
from ecgfuse.models.store import save_model
from ecgfuse.places import Places
from ecgfuse.report.build import STUDY_OF_RESULTS, build_report

CONFIG = EvaluateConfig(curve_points=11, examples=1, bootstrap=100, bootstrap_seed=1, ece_bins=10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results and plots of small networks, made by the stages' own functions."""
    made = tmp_path_factory.mktemp("report")
    write_splits(made, n_beats=24)
    dataset = {"database": "mitdb", "kind": "synthetic"}
    (made / "dataset.json").write_text(json.dumps(dataset))
    columns = ["train_loss", "valid_loss", "valid_macro_auprc", "valid_macro_f1"]
    pd.DataFrame({"epoch": [1], **{name: [0.5] for name in columns}}).to_csv(made / "history.csv")
    for fusion in FUSIONS:
        stored = stored_model(fusion, seed=1)
        path = made / "models" / fusion / "seed-1.safetensors"
        save_model(stored.network.state_dict(), path, spec=stored.spec, origin=stored.origin)
        paths = EvaluationPaths(
            dataset=made / "dataset.json",
            beats=dict.fromkeys(SPLITS, made / "beats"),
            history=made / "history.csv",
            predictions=made / "predictions" / fusion,
            plots=made / "plots" / "evaluation" / fusion,
            results=made / "results" / f"{fusion}.json",
            metrics=made / "metrics" / f"{fusion}.json",
        )
        predict(
            fusion,
            models=path.parent,
            beats=paths.beats,
            rr=dict.fromkeys(SPLITS, made / "rr"),
            workers=1,
            out=paths.predictions,
        )
        evaluate(paths=paths, config=CONFIG)
    predictions = {fusion: made / "predictions" / fusion / "test.csv" for fusion in FUSIONS}
    out = made / "results/comparison.json"
    compare(predictions, database="mitdb", n_draws=100, seed=1, out=out)
    write_studies(made)
    (made / "params.yaml").write_text("split:\n  test: ['100', '101']\n")
    return made


def build(folder: Path) -> str:
    out = folder / "report.html"
    build_report(folder, out=out)
    return out.read_text()


def test_page_holds_every_picture_of_every_fusion_and_study(folder: Path) -> None:
    n_pictures = sum(path.suffix == ".png" for path in folder.rglob("plots/**/*"))
    assert build(folder).count("<img ") == n_pictures


@pytest.mark.parametrize(
    "name",
    [
        "results/comparison.json",
        "results/late.json",
        "plots/evaluation/late/records.csv",
        "plots/evaluation/hybrid/errors.csv",
    ],
)
def test_missing_result_is_refused_with_its_name(name: str, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / name).unlink()
    with pytest.raises(ValueError, match=rf"{Path(name).name}: no such file; make it with 'dvc"):
        build(copy)


@pytest.mark.parametrize("name", STUDY_OF_RESULTS)
def test_a_study_that_was_not_run_is_told_with_the_command_that_runs_it(
    name: str, folder: Path, tmp_path: Path
) -> None:
    copy, study = tmp_path / "copy", STUDY_OF_RESULTS[name]
    shutil.copytree(folder, copy)
    command = f"Not run: <code>make {study}</code>"
    assert command not in build(copy)
    (copy / "studies" / study / f"results/{name}.json").unlink()
    assert command in build(copy)


@pytest.mark.parametrize(("study", "n_pictures"), [("ablation", 1), ("pretrain_folds", 0)])
def test_ablation_is_on_the_page_once_its_files_are_there(
    folder: Path, tmp_path: Path, study: str, n_pictures: int
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    without = build(copy)
    assert "is &lt;gating&gt; of use?" not in without
    made = copy / "studies" / study
    made.mkdir(parents=True)
    ablation_table().to_csv(made / "table.csv", index=False)
    (made / f"{study}.png").write_bytes(PNG)
    page = build(copy)
    assert "is &lt;gating&gt; of use?" in page
    assert page.count("<img ") == without.count("<img ") + n_pictures


@pytest.mark.parametrize(
    ("name", "title"), [("best", "Best single deployable model"), ("causal", "Causal")]
)
def test_network_beside_the_fusions_is_on_the_page_once_its_results_are_there(
    folder: Path, tmp_path: Path, name: str, title: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    row = f'<th scope="row">{title}'
    assert row not in build(copy)
    results = copy / Places(name).results
    results.parent.mkdir(parents=True)
    shutil.copy(copy / "results/hybrid.json", results)
    assert row in build(copy)
