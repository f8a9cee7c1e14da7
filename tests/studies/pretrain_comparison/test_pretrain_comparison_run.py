"""Every arm is trained from its own initialisation, and reported with probes and trivial losses."""

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest
from serial_pool import serial_pool
from small_networks import PRETRAIN, job_in, train_with, write_splits

from ecgfuse.studies.pretrain_comparison.arms import arms_of
from ecgfuse.studies.pretrain_comparison.config import PretrainComparisonConfig
from ecgfuse.studies.pretrain_comparison.run import compare_pretraining
from ecgfuse.studies.pretrain_comparison.train import PretrainComparisonJob

pytestmark = pytest.mark.slow


def run_in(folder: Path) -> None:
    training = job_in(folder, train=train_with(epochs=1, seeds=(1, 2)))
    (folder / "dataset.json").write_text(json.dumps({"database": "mitdb", "kind": "synthetic"}))
    compare_pretraining(
        PretrainComparisonJob(
            training=training,
            pretrain=dataclasses.replace(PRETRAIN, epochs=1, lead_masking=0.0),
            arms=arms_of(("macnn_se", "vit", "wav2vec")),
            probe_beats=100,
        ),
        dataset=folder / "dataset.json",
        workers=1,
        plots=folder / "plots",
        results=folder / "pretrain_comparison.json",
        metrics=folder / "metrics.json",
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pretrain_comparison")
    write_splits(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecgfuse.studies.pretrain_comparison.run.process_pool", serial_pool)
        run_in(made)
    return made


def test_every_backbone_is_scored_from_scratch_and_from_its_objectives(folder: Path) -> None:
    metrics = json.loads((folder / "pretrain_comparison.json").read_text())
    assert metrics["seeds"] == 2
    assert {encoder: list(starts) for encoder, starts in metrics["hybrid"].items()} == {
        "macnn_se": ["scratch", "mae_moco", "mae_nextclip"],
        "vit": ["scratch", "mae_moco", "mae_nextclip"],
        "wav2vec": ["scratch", "w2v_cmsc_rlm"],
    }
    for starts in metrics["hybrid"].values():
        found = [scores["macro_auprc"] for scores in starts.values()]
        assert len(set(found)) == len(found), "two initialisations have the same result"


def test_losses_and_probes_are_reported_with_those_of_trivial_guesses_and_fresh_weights(
    folder: Path,
) -> None:
    metrics = json.loads((folder / "pretrain_comparison.json").read_text())
    for objective in ("mae_moco", "mae_nextclip"):
        for found in metrics[objective].values():
            assert found["trivial"]["mae_if_zero"] > 0
            assert "mae" in found["losses"]
            assert found["probe"] != found["probe_of_fresh_weights"]
    assert set(metrics["mae_nextclip"]["vit"]["trivial"]) == {
        "mae_if_zero",
        "nextclip_if_zero",
        "nextclip_if_repeated",
    }
    assert {"local", "global", "perplexity"} <= set(metrics["w2v_cmsc_rlm"]["wav2vec"]["losses"])


def test_tables_and_figure_are_written_and_checkpoints_removed(folder: Path) -> None:
    table = pd.read_csv(folder / "plots/scores.csv")
    assert len(table) == 8
    assert (folder / "plots/pretrain_comparison.png").stat().st_size > 1000
    assert len(list((folder / "plots").glob("*-*.csv"))) == 5
    assert not any((folder / "checkpoints").iterdir())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seeds", (1, 1)),
        ("seeds", ()),
        ("probe_beats", 9),
        ("encoders", ()),
        ("encoders", ("vit", "vit")),
    ],
)
def test_an_invalid_parameter_is_refused(field: str, value: object) -> None:
    config = PretrainComparisonConfig(
        fusion="hybrid", encoders=("vit",), seeds=(1,), probe_beats=100
    )
    with pytest.raises(ValueError, match=rf"pretrain_comparison\.{field} is .* must"):
        dataclasses.replace(config, **{field: value})  # type: ignore[arg-type]
