"""The report stage: metrics, predictions and pictures of the fusions -> one page."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.evaluate.metrics import score_by_record
from ecgfuse.files import atomic_file
from ecgfuse.params import read_params
from ecgfuse.records.annotations import CLASSES
from ecgfuse.report.page import build_page


def build_report(*, metrics: Path, predictions: Path, plots: Path, params: Path, out: Path) -> None:
    """Write the page.

    Args:
        metrics: folder with FUSION.json.
        predictions: folder with FUSION.csv, one row a test beat.
        plots: folder with one folder of pictures for each fusion.
        params: params.yaml, shown on the page.

    Raises:
        ValueError: a file is missing, or the fusions were not tested on the same data.
    """
    page = build_page(
        {fusion: read_metrics(metrics / f"{fusion}.json") for fusion in FUSIONS},
        by_record={fusion: _by_record(predictions / f"{fusion}.csv") for fusion in FUSIONS},
        pictures={
            fusion: {path.stem: path for path in sorted((plots / fusion).glob("*.png"))}
            for fusion in FUSIONS
        },
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
        raise ValueError(f"{path}: no such file; make it with 'dvc repro evaluate'")
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def _by_record(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, dtype={"record": str})
    number = {name: index for index, name in enumerate(CLASSES)}
    return score_by_record(
        table["record"].to_numpy(dtype=str),
        table["actual"].map(number).to_numpy(),
        table["predicted"].map(number).to_numpy(),
    )
