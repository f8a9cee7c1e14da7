"""The report: one HTML page that needs no other file, no network and no script."""

import base64
import math
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from jinja2 import Environment, StrictUndefined

from ecgfuse.datasets.splits import SAME_SUBJECT
from ecgfuse.records.annotations import CLASSES
from ecgfuse.report import published
from ecgfuse.report.captions import PICTURES
from ecgfuse.report.rows import (
    BLOCKS,
    COLUMNS,
    FUSIONS,
    always_n_row,
    ensemble_row,
    published_row,
    seed_row,
)
from ecgfuse.report.summary import (
    MIN_RECORDS,
    rank_by_macro_f1,
    summarise_records,
    summarise_result,
)

_DATABASES = {"mitdb": "MIT-BIH Arrhythmia Database"}
_MEDIA = {".png": "image/png", ".svg": "image/svg+xml", ".jpg": "image/jpeg"}


def build_page(
    metrics: Mapping[str, Mapping[str, Any]],
    *,
    comparison: Mapping[str, Any],
    learning_curve: Mapping[str, Any],
    by_record: Mapping[str, pd.DataFrame],
    pictures: Mapping[str, Mapping[str, Path]],
    curve_picture: Path,
    params: Mapping[str, Any],
) -> str:
    """Write the report of all fusions as HTML.

    Args:
        metrics: fusion -> its metrics file, as `evaluate.collect.collect_metrics`.
        comparison: as `evaluate.comparison.compare_fusions`.
        learning_curve: as `learning_curve.run.curve_metrics`.
        by_record: fusion -> table of `metrics.score_by_record` for the predictions of its
            ensemble on the test records.
        pictures: fusion -> name of the picture, such as confusion -> its PNG or SVG file.
        curve_picture: of the learning curve.
        params: all of params.yaml; records are read from its group split, the block of
            the fusions from its group fusion.

    Returns:
        The page. Equal arguments give equal pages.

    Raises:
        ValueError: no fusion, fusions of different data, data neither real nor synthetic, a
            fusion without a table of records, or a picture that is missing.
    """
    data = _common_data(metrics)
    _require_tables(metrics, by_record)
    best = rank_by_macro_f1(metrics)[0]
    tables = {fusion: by_record[fusion] for fusion in metrics}
    test_records = sorted(tables[best]["record"].astype(str))
    synthetic = data["kind"] == "synthetic"
    splits = _splits(params)
    return _template().render(
        synthetic=synthetic,
        comparable=not synthetic
        and data.get("database") == "mitdb"
        and test_records == published.DS2,
        data=data,
        database=_DATABASES.get(str(data.get("database")), str(data.get("database"))),
        splits=splits,
        same_subject=None if synthetic else _same_subject(metrics, splits),
        chance=_prevalence(metrics[best]["test"]),
        metrics=metrics,
        fusions=FUSIONS,
        block=_block(params),
        best=best,
        summary=summarise_result(metrics, comparison=comparison, n_records=len(test_records)),
        columns=COLUMNS,
        rows=[seed_row(fusion, metrics[fusion]) for fusion in metrics],
        ensembles=[ensemble_row(f, metrics[f]) for f in metrics if metrics[f]["seeds"] > 1],
        trivial=always_n_row(metrics[best]),
        study=[published_row(result) for result in published.STUDY],
        others=[published_row(result) for result in published.OTHERS],
        published=published,
        classes=CLASSES,
        redrawn=len(test_records) >= MIN_RECORDS,
        comparison=comparison,
        learning_curve=learning_curve,
        curve_picture=_data_uri(curve_picture),
        concentrations={
            name: metrics[best]["by_record"][name]
            for name in CLASSES
            if name in metrics[best]["by_record"]
        },
        summary_of_records=summarise_records(metrics[best]["by_record"]),
        errors=_errors(tables, best=best),
        tables={fusion: _by_errors(table) for fusion, table in tables.items()},
        pictures=_embed(pictures),
        params=yaml.safe_dump(_plain(params), sort_keys=False, allow_unicode=True),
    )


def _template() -> Any:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = _number
    environment.filters["plain"] = _describe
    text = files("ecgfuse.report").joinpath("page.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)


def _number(value: float | None, *, scale: float = 1.0, digits: int = 1) -> str:
    """Fixed decimals, halves rounded up as in the published tables; a dash for None and NaN."""
    if value is None or math.isnan(value):
        return "\N{EN DASH}"
    return f"{scale * value + 1e-9:.{digits}f}"


def _describe(value: Any) -> str:
    """A value of a metrics file for people: 49,685, or N 44,238, S 1,837."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_describe(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


def _plain(value: Any) -> Any:
    """Mappings and sequences as dicts and lists, which YAML can write."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _common_data(metrics: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """What all fusions say of their data."""
    if not metrics:
        raise ValueError("metrics is empty, but the report needs one fusion or more; run dvc repro")
    first, *others = metrics
    data: Mapping[str, Any] = metrics[first]["data"]
    for fusion in others:
        if metrics[fusion]["data"] != data:
            raise ValueError(
                f"data of fusion {fusion} is {metrics[fusion]['data']}, but that of {first} is "
                f"{data}; run 'dvc repro' so that all are tested on the same data"
            )
    if data.get("kind") not in ("real", "synthetic"):
        raise ValueError(
            f"data.kind of the metrics is {data.get('kind')!r}, but must be real or synthetic, so "
            "that no reader takes one for the other; run 'dvc repro' to write the metrics again"
        )
    return data


def _require_tables(metrics: Mapping[str, Any], by_record: Mapping[str, pd.DataFrame]) -> None:
    for fusion in metrics:
        if fusion not in by_record or by_record[fusion].empty:
            raise ValueError(
                f"by_record has no table for fusion {fusion}, but has {list(by_record)}; run "
                f"'dvc repro' to evaluate it again"
            )


def _splits(params: Mapping[str, Any]) -> dict[str, list[str]]:
    """Name of the split -> its records, as far as the parameters list them."""
    group = params.get("split")
    lists = group.items() if isinstance(group, Mapping) else ()
    return {
        str(name): [str(record) for record in records]
        for name, records in lists
        if isinstance(records, list | tuple)
    }


def _block(params: Mapping[str, Any]) -> str | None:
    """How RR joins at the end, as far as the parameters say."""
    group = params.get("fusion")
    return BLOCKS.get(str(group.get("block"))) if isinstance(group, Mapping) else None


def _same_subject(
    metrics: Mapping[str, Mapping[str, Any]], splits: Mapping[str, list[str]]
) -> dict[str, Any] | None:
    """Results without the test record whose patient is also among the others, if there is one."""
    seen, tested = SAME_SUBJECT
    learned = {record for name, records in splits.items() if name != "test" for record in records}
    if seen not in learned or not all("test_without_202" in found for found in metrics.values()):
        return None
    without = {fusion: found["test_without_202"] for fusion, found in metrics.items()}
    return {"tested": tested, "seen": seen, "scores": without}


def _prevalence(scores: Mapping[str, Any]) -> dict[str, float]:
    """Class -> its share of the beats, which is the AUPRC of chance."""
    supports = {name: scores[name]["support"] for name in CLASSES}
    return {name: support / sum(supports.values()) for name, support in supports.items()}


def _errors(tables: Mapping[str, pd.DataFrame], *, best: str) -> list[dict[str, Any]]:
    """Per record, the row of the best fusion and the wrong beats of each; most errors first."""
    wrong = {
        fusion: (table["beats"] - table["correct"]).set_axis(table["record"].astype(str))
        for fusion, table in tables.items()
    }
    return [
        {
            **row,
            "wrong": {fusion: int(found[str(row["record"])]) for fusion, found in wrong.items()},
        }
        for row in _by_errors(tables[best])
    ]


def _by_errors(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table of records, most errors first."""
    rows = [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
    return sorted(rows, key=lambda row: row["correct"] - row["beats"])


def _embed(pictures: Mapping[str, Mapping[str, Path]]) -> list[dict[str, Any]]:
    """Pictures by kind, each as a data URI, with heading and caption; known kinds first."""
    kinds = dict.fromkeys([*PICTURES, *(name for found in pictures.values() for name in found)])
    embedded = []
    for kind in kinds:
        shown = {f: _data_uri(found[kind]) for f, found in pictures.items() if kind in found}
        heading, caption = PICTURES.get(kind, (kind.replace("_", " ").capitalize(), ""))
        if shown:
            embedded.append({"kind": kind, "heading": heading, "caption": caption, "shown": shown})
    return embedded


def _data_uri(path: Path) -> str:
    media = _MEDIA.get(path.suffix.lower())
    if media is None:
        raise ValueError(f"picture {path} is none of {', '.join(_MEDIA)}; save it as .png")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ValueError(
            f"picture {path}: no such file; run 'dvc repro' to draw it, or 'dvc checkout'"
        ) from None
    return f"data:{media};base64,{base64.b64encode(content).decode('ascii')}"
