"""The stage `report`: results, tables and figures of the fusions and the studies -> one page."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.pipeline.files import atomic_file
from ecgfuse.pipeline.params import read_params
from ecgfuse.report.page import build_page
from ecgfuse.report.rows import STUDY_MODELS
from ecgfuse.report.standing import LOCK, read_lock, standings
from ecgfuse.report.studies import HEARTBEAT_FIGURES, Ablation, HeartbeatFiles, Studies
from ecgfuse.train.trained_model import COMPARED, TrainedModel

STUDY_OF_RESULTS = {
    "annotate": "annotate",
    "bridge": "published",
    "daeac": "daeac",
    "detectors": "annotate",
    "ec57": "ec57",
    "folds": "folds",
    "forest": "published",
    "leads": "ssl12",
    "learning_curve": "learning_curve",
    "noise": "noise",
    "pretrain_comparison": "pretrain_comparison",
    "published": "published",
    "summary": "ssl12",
}
"""Name of the results file, and of the field of `Studies` -> the study that writes it."""


def build_report(root: Path, *, out: Path) -> None:
    """Write the page.

    Args:
        root: of the repository: params.yaml, results/ and plots/evaluation/ of the compared
            networks, metrics/comparison.json, and studies/; studies that were not run are reported
            as such.

    Raises:
        ValueError: a file is missing, or the networks were not tested on the same data.
    """
    evaluation = {name: root / TrainedModel(name).plots for name in COMPARED}
    page = build_page(
        {name: read_results(root / TrainedModel(name).results) for name in COMPARED},
        comparison=read_results(root / "metrics/comparison.json"),
        studies=read_studies(root),
        by_record={f: _read_table(folder / "records.csv") for f, folder in evaluation.items()},
        errors={f: _read_table(folder / "errors.csv") for f, folder in evaluation.items()},
        figures={
            fusion: {path.stem: path for path in sorted(evaluation[fusion].glob("*.png"))}
            for fusion in FUSIONS
        },
        params=read_params(root / "params.yaml"),
    )
    with atomic_file(out) as temporary:
        temporary.write_text(page, encoding="utf-8")


def read_results(path: Path) -> Any:
    """Content of a results file, of the type that its writer declares.

    Raises:
        ValueError: the file is missing.
    """
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with 'dvc repro'")
    return json.loads(path.read_text())


def read_studies(root: Path) -> Studies:
    """Results of the studies that were run.

    Args:
        root: of the repository.
    """
    folder = root / "studies"
    return Studies(
        standings=standings(folder),
        networks={
            name: read_results(path)
            for name in STUDY_MODELS
            if (path := root / TrainedModel(name).results).is_file()
        },
        **{
            name: read_results(path) if path.is_file() else None
            for name, study in STUDY_OF_RESULTS.items()
            for path in [folder / study / f"results/{name}.json"]
        },
        external={
            path.stem: read_results(path)
            for path in sorted((folder / "external/results").glob("*.json"))
        },
        heartbeat=_read_heartbeat(folder / "heartbeat"),
        curve_figure=folder / "learning_curve/plots/curve.png",
        noise_figure=folder / "noise/plots/noise.png",
        pretrain_comparison_figure=folder / "pretrain_comparison/plots/pretrain_comparison.png",
        ablation=_read_ablation(folder / "ablation"),
        pretrain_folds=_read_ablation(folder / "pretrain_folds"),
        fusions={
            study: fusion
            for study in ("folds", "learning_curve")
            if (fusion := _fusion_of(study, folder=folder)) is not None
        },
    )


def _read_heartbeat(study: Path) -> HeartbeatFiles:
    return HeartbeatFiles(
        **{
            name: read_results(path) if path.is_file() else None
            for name in ("scores", "ood", "augmentation", "leads", "small")
            for path in [study / f"results/{name}.json"]
        },
        figures={
            name: path
            for name in HEARTBEAT_FIGURES
            if (path := study / f"plots/{name}.png").is_file()
        },
    )


def _fusion_of(study: str, *, folder: Path) -> str | None:
    """The fusion that a study was run with, according to its lock file."""
    stage = read_lock(folder / study / LOCK).get(study)
    if stage is None:
        return None
    group = stage["params"][f"studies/{study}/params.yaml"][study]
    return str(group["fusion"]) if isinstance(group, dict) else None


def _read_ablation(folder: Path) -> Ablation | None:
    table, figure = folder / "table.csv", folder / f"{folder.name}.png"
    if not (table.is_file() and figure.is_file()):
        return None
    return Ablation(table=pd.read_csv(table), figure=figure)


def _read_table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with 'dvc repro evaluate'")
    return pd.read_csv(path, dtype={"record": str})
