"""The report is built from the outputs of earlier stages, and from nothing else."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from root import ROOT
from small_networks import stored_model, write_splits
from study_results import PNG, ablation_table, write_studies

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.evaluate.comparison import compare
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.predict import SPLITS, predict
from ecgfuse.evaluate.run import EvaluationPaths, evaluate
from ecgfuse.models.store import save_model
from ecgfuse.pipeline.params import load_params
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.report.build import STUDY_OF_RESULTS, build_report, read_studies
from ecgfuse.report.rows import STUDY_MODELS
from ecgfuse.train.trained_model import COMPARED, TrainedModel

pytestmark = pytest.mark.slow

CONFIG = EvaluateConfig(curve_points=11, examples=1, bootstrap=100, bootstrap_seed=1, ece_bins=10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results and plots of a small network, written by the functions of the stages."""
    made = tmp_path_factory.mktemp("report")
    write_splits(made, n_beats=24)
    dataset = {"database": "mitdb", "kind": "synthetic"}
    (made / "dataset.json").write_text(json.dumps(dataset))
    columns = ["train_loss", "valid_loss", "valid_macro_auprc", "valid_macro_f1"]
    pd.DataFrame({"epoch": [1], **{name: [0.5] for name in columns}}).to_csv(made / "history.csv")
    # One model is evaluated, and stands for all: drawing the figures takes seconds.
    stored = stored_model("hybrid", seed=1)
    path = made / "models/seed-1.safetensors"
    save_model(stored.network.state_dict(), path, spec=stored.spec, origin=stored.origin)
    paths = EvaluationPaths(
        dataset=made / "dataset.json",
        beats=dict.fromkeys(SPLITS, made / "beats"),
        history=made / "history.csv",
        predictions=made / "predictions",
        plots=made / "plots/evaluation/hybrid",
        results=made / "results/hybrid.json",
        metrics=made / "metrics/hybrid.json",
    )
    predict(
        "hybrid",
        models=path.parent,
        beats=paths.beats,
        rr=dict.fromkeys(SPLITS, made / "rr"),
        workers=1,
        out=paths.predictions,
    )
    preprocess = load_params(PreprocessConfig, path=ROOT / "params.yaml")
    evaluate(paths=paths, config=CONFIG, preprocess=preprocess)
    for name in COMPARED:
        if name != "hybrid":
            shutil.copy(paths.results, made / f"results/{name}.json")
            shutil.copytree(paths.plots, made / f"plots/evaluation/{name}")
    compare(
        dict.fromkeys(COMPARED, paths.predictions / "test.csv"),
        networks=dict.fromkeys(COMPARED, path.parent),
        database="mitdb",
        n_draws=100,
        seed=1,
        out=made / "metrics/comparison.json",
    )
    write_studies(made)
    (made / "params.yaml").write_text("split:\n  test: ['100', '101']\n")
    return made


def build(folder: Path) -> str:
    out = folder / "report.html"
    build_report(folder, out=out)
    return out.read_text()


@pytest.fixture(scope="module")
def built(folder: Path) -> str:
    """The page without an ablation and without models beside the fusions."""
    return build(folder)


def test_page_holds_every_figure_of_every_fusion_and_study(folder: Path, built: str) -> None:
    others = set(COMPARED) - set(FUSIONS)
    figures = [path for path in folder.rglob("plots/**/*.png") if path.parent.name not in others]
    assert built.count("<img ") == len(figures)


@pytest.mark.parametrize(
    "name",
    [
        "metrics/comparison.json",
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


def test_a_study_that_was_not_run_is_reported_with_the_command_that_runs_it(
    folder: Path, tmp_path: Path, built: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    for name, study in STUDY_OF_RESULTS.items():
        assert getattr(read_studies(copy), name) is not None
        (copy / "studies" / study / f"results/{name}.json").unlink()
        assert getattr(read_studies(copy), name) is None
    page = build(copy)
    for study in STUDY_OF_RESULTS.values():
        command = f"Not run: <code>make {study}</code>"
        assert command not in built
        assert command in page


def test_ablation_and_pretrain_folds_are_on_the_page_once_their_files_are_there(
    folder: Path, tmp_path: Path, built: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    assert "is &lt;gating&gt; of use?" not in built
    for study in ("ablation", "pretrain_folds"):
        made = copy / "studies" / study
        made.mkdir(parents=True)
        ablation_table().to_csv(made / "table.csv", index=False)
        (made / f"{study}.png").write_bytes(PNG)
    page = build(copy)
    assert page.count("is &lt;gating&gt; of use?") == 2
    assert page.count("<img ") == built.count("<img ") + 1  # the ablation's


def test_models_beside_the_fusions_are_on_the_page_once_their_results_are_there(
    folder: Path, tmp_path: Path, built: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    for name in STUDY_MODELS:
        results = copy / TrainedModel(name).results
        results.parent.mkdir(parents=True)
        shutil.copy(copy / "results/hybrid.json", results)
    page = build(copy)
    for title in ("Best single deployable model", "Causal"):
        row = f'<th scope="row">{title}'
        assert row not in built
        assert row in page
