"""The report stage: metrics, tables and pictures of the fusions -> one page."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.files import atomic_file
from ecgfuse.params import read_params
from ecgfuse.report.page import build_page
from ecgfuse.report.rows import NETWORKS
from ecgfuse.report.studies import Ablation, Studies


def build_report(*, metrics: Path, plots: Path, studies: Path, params: Path, out: Path) -> None:
    """Write the page.

    Args:
        metrics: folder with FUSION.json, comparison.json, learning_curve.json, daeac.json,
            ec57.json, detectors.json, annotate.json, folds.json, noise.json and pretrain.json;
            and best.json and causal.json, of networks beside the fusions, where there are any.
        plots: folder with evaluation/FUSION, which holds records.csv, errors.csv and pictures,
            learning_curve/curve.png, noise/noise.png and objectives/objectives.png.
        studies: folder with ablation/ and pretrain_folds/, which hold table.csv and a picture if
            `make ablation` and `make pretrain_folds` were run.
        params: params.yaml, shown on the page.

    Raises:
        ValueError: a file is missing, or the fusions were not tested on the same data.
    """
    evaluation = plots / "evaluation"
    page = build_page(
        {fusion: read_metrics(metrics / f"{fusion}.json") for fusion in FUSIONS},
        comparison=read_metrics(metrics / "comparison.json"),
        learning_curve=read_metrics(metrics / "learning_curve.json"),
        studies=read_studies(metrics=metrics, plots=plots, studies=studies),
        by_record={f: _read_table(evaluation / f / "records.csv") for f in FUSIONS},
        errors={f: _read_table(evaluation / f / "errors.csv") for f in FUSIONS},
        pictures={
            fusion: {path.stem: path for path in sorted((evaluation / fusion).glob("*.png"))}
            for fusion in FUSIONS
        },
        curve_picture=plots / "learning_curve" / "curve.png",
        params=read_params(params),
        networks={
            name: read_metrics(path)
            for name in NETWORKS
            if (path := metrics / f"{name}.json").is_file()
        },
    )
    with atomic_file(out) as temporary:
        temporary.write_text(page, encoding="utf-8")


def read_metrics(path: Path) -> dict[str, Any]:
    """One metrics file.

    Raises:
        ValueError: it is not there.
    """
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with 'dvc repro'")
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def read_studies(*, metrics: Path, plots: Path, studies: Path) -> Studies:
    """What other stages found; and the ablations, which are no stages, if their files are there.

    Raises:
        ValueError: a metrics file is missing.
    """
    return Studies(
        daeac=read_metrics(metrics / "daeac.json"),
        annotate=read_metrics(metrics / "annotate.json"),
        detectors=read_metrics(metrics / "detectors.json"),
        ec57=read_metrics(metrics / "ec57.json"),
        folds=read_metrics(metrics / "folds.json"),
        noise=read_metrics(metrics / "noise.json"),
        noise_picture=plots / "noise" / "noise.png",
        pretrain=read_metrics(metrics / "pretrain.json"),
        pretrain_picture=plots / "objectives" / "objectives.png",
        ablation=_read_ablation(studies / "ablation"),
        pretrain_folds=_read_ablation(studies / "pretrain_folds"),
    )


def _read_ablation(folder: Path) -> Ablation | None:
    table, picture = folder / "table.csv", folder / f"{folder.name}.png"
    if not (table.is_file() and picture.is_file()):
        return None
    return Ablation(table=pd.read_csv(table), picture=picture)


def _read_table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with 'dvc repro evaluate'")
    return pd.read_csv(path, dtype={"record": str})
