"""The report stage: metrics, tables and pictures of the fusions -> one page."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.files import atomic_file
from ecgfuse.params import read_params
from ecgfuse.report.page import build_page


def build_report(*, metrics: Path, plots: Path, params: Path, out: Path) -> None:
    """Write the page.

    Args:
        metrics: folder with FUSION.json, comparison.json and learning_curve.json.
        plots: folder with evaluation/FUSION, which holds records.csv and pictures, and
            learning_curve/curve.png.
        params: params.yaml, shown on the page.

    Raises:
        ValueError: a file is missing, or the fusions were not tested on the same data.
    """
    evaluation = plots / "evaluation"
    page = build_page(
        {fusion: read_metrics(metrics / f"{fusion}.json") for fusion in FUSIONS},
        comparison=read_metrics(metrics / "comparison.json"),
        learning_curve=read_metrics(metrics / "learning_curve.json"),
        by_record={fusion: _by_record(evaluation / fusion) for fusion in FUSIONS},
        pictures={
            fusion: {path.stem: path for path in sorted((evaluation / fusion).glob("*.png"))}
            for fusion in FUSIONS
        },
        curve_picture=plots / "learning_curve" / "curve.png",
        params=read_params(params),
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


def _by_record(folder: Path) -> pd.DataFrame:
    path = folder / "records.csv"
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with 'dvc repro evaluate'")
    return pd.read_csv(path, dtype={"record": str})
