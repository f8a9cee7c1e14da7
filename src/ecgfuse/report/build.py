"""The report stage: results, tables and pictures of the fusions and the studies -> one page."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.files import atomic_file
from ecgfuse.params import read_params
from ecgfuse.places import Places
from ecgfuse.report.page import build_page
from ecgfuse.report.rows import NETWORKS
from ecgfuse.report.standing import LOCK, read_lock, standings
from ecgfuse.report.studies import Ablation, Studies

STUDY_OF_RESULTS = {
    "annotate": "annotate",
    "daeac": "daeac",
    "detectors": "annotate",
    "ec57": "ec57",
    "folds": "folds",
    "learning_curve": "learning_curve",
    "noise": "noise",
    "objectives": "objectives",
}
"""File of results -> the study that writes it."""


def build_report(root: Path, *, out: Path) -> None:
    """Write the page.

    Args:
        root: of the repository: params.yaml, results/ and plots/evaluation/ of the fusions, and
            studies/, of which those are shown that were run.

    Raises:
        ValueError: a file is missing, or the fusions were not tested on the same data.
    """
    evaluation = {fusion: root / Places(fusion).plots for fusion in FUSIONS}
    page = build_page(
        {fusion: read_results(root / Places(fusion).results) for fusion in FUSIONS},
        comparison=read_results(root / "results/comparison.json"),
        studies=read_studies(root),
        by_record={f: _read_table(folder / "records.csv") for f, folder in evaluation.items()},
        errors={f: _read_table(folder / "errors.csv") for f, folder in evaluation.items()},
        pictures={
            fusion: {path.stem: path for path in sorted(folder.glob("*.png"))}
            for fusion, folder in evaluation.items()
        },
        params=read_params(root / "params.yaml"),
    )
    with atomic_file(out) as temporary:
        temporary.write_text(page, encoding="utf-8")


def read_results(path: Path) -> dict[str, Any]:
    """One file of results.

    Raises:
        ValueError: it is not there.
    """
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with 'dvc repro'")
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def read_studies(root: Path) -> Studies:
    """What the studies found that were run.

    Args:
        root: of the repository.
    """
    folder = root / "studies"
    return Studies(
        standings=standings(folder),
        networks={
            name: found
            for name in NETWORKS
            if (found := _read_if_there(root / Places(name).results)) is not None
        },
        **{
            name: _read_if_there(folder / study / f"results/{name}.json")
            for name, study in STUDY_OF_RESULTS.items()
        },
        curve_picture=folder / "learning_curve/plots/curve.png",
        noise_picture=folder / "noise/plots/noise.png",
        objectives_picture=folder / "objectives/plots/objectives.png",
        ablation=_read_ablation(folder / "ablation"),
        pretrain_folds=_read_ablation(folder / "pretrain_folds"),
        fusions={
            study: fusion
            for study in ("folds", "learning_curve")
            if (fusion := _fusion_of(study, folder=folder)) is not None
        },
    )


def _fusion_of(study: str, *, folder: Path) -> str | None:
    """The fusion that a study was run with, as its lock file says."""
    stage = read_lock(folder / study / LOCK).get(study)
    if stage is None:
        return None
    return str(stage["params"][f"studies/{study}/params.yaml"][study]["fusion"])


def _read_if_there(path: Path) -> dict[str, Any] | None:
    return read_results(path) if path.is_file() else None


def _read_ablation(folder: Path) -> Ablation | None:
    table, picture = folder / "table.csv", folder / f"{folder.name}.png"
    if not (table.is_file() and picture.is_file()):
        return None
    return Ablation(table=pd.read_csv(table), picture=picture)


def _read_table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with 'dvc repro evaluate'")
    return pd.read_csv(path, dtype={"record": str})
