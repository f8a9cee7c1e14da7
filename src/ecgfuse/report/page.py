"""The report: one HTML page that needs no other file, no network and no script."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ecgfuse.datasets.splits import SAME_SUBJECT
from ecgfuse.places import Places
from ecgfuse.records.annotations import CLASSES
from ecgfuse.report import published
from ecgfuse.report.pictures import embed
from ecgfuse.report.rows import (
    BLOCKS,
    COLUMNS,
    FUSIONS,
    always_n_row,
    ensemble_row,
    network_row,
    published_row,
    seed_row,
)
from ecgfuse.report.studies import Studies, describe_studies
from ecgfuse.report.summary import (
    MIN_RECORDS,
    rank_by_macro_f1,
    summarise_records,
    summarise_result,
)
from ecgfuse.report.template import load_template
from ecgfuse.report.verdicts import check_targets, largest_losses

_DATABASES = {"mitdb": "MIT-BIH Arrhythmia Database"}
_SHOWN_LOSSES = 12


def build_page(
    metrics: Mapping[str, Mapping[str, Any]],
    *,
    comparison: Mapping[str, Any],
    studies: Studies,
    by_record: Mapping[str, pd.DataFrame],
    errors: Mapping[str, pd.DataFrame],
    pictures: Mapping[str, Mapping[str, Path]],
    params: Mapping[str, Any],
) -> str:
    """Write the report of all fusions as HTML.

    Args:
        metrics: fusion -> its results, as `evaluate.collect.collect_results`.
        comparison: as `evaluate.comparison.compare_fusions`.
        studies: what the studies found.
        by_record: fusion -> table of `metrics.score_by_record` for the predictions of its
            ensemble on the test records.
        errors: fusion -> table of `evaluate.by_record.error_table` for the same predictions.
        pictures: fusion -> name of the picture, such as confusion -> its PNG or SVG file.
        params: all of params.yaml; records are read from its group split, the block of
            the fusions from its group fusion.

    Returns:
        The page. Equal arguments give equal pages.

    Raises:
        ValueError: no fusion, fusions of different data, data neither real nor synthetic, a
            fusion without a table of records, or a picture that is missing.
    """
    data = _common_data(metrics)
    # Of networks that were scored on other data nothing is shown beside the fusions.
    networks = {n: found for n, found in studies.networks.items() if found["data"] == data}
    _require_tables(metrics, by_record)
    best = rank_by_macro_f1(metrics)[0]
    tables = {fusion: by_record[fusion] for fusion in metrics}
    test_records = sorted(tables[best]["record"].astype(str))
    synthetic = data["kind"] == "synthetic"
    splits = _splits(params)
    comparable = not synthetic and data.get("database") == "mitdb" and test_records == published.DS2
    return load_template().render(
        **describe_studies(studies),
        synthetic=synthetic,
        comparable=comparable,
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
        networks=[
            network_row(name, found, is_current=studies.is_current(Places(name).home.name))
            for name, found in networks.items()
        ],
        targets=check_targets(metrics) if comparable else [],
        target_fusion=published.TARGET_FUSION,
        trivial=always_n_row(metrics[best]),
        study=[published_row(result) for result in published.STUDY],
        others=[published_row(result) for result in published.OTHERS],
        published=published,
        classes=CLASSES,
        redrawn=len(test_records) >= MIN_RECORDS,
        comparison=comparison,
        concentrations={
            name: metrics[best]["by_record"][name]
            for name in CLASSES
            if name in metrics[best]["by_record"]
        },
        summary_of_records=summarise_records(metrics[best]["by_record"]),
        errors=_errors(tables, best=best),
        losses=largest_losses(
            errors[best],
            supports={name: metrics[best]["test"][name]["support"] for name in CLASSES},
            n_rows=_SHOWN_LOSSES,
        ),
        tables={fusion: _by_errors(table) for fusion, table in tables.items()},
        pictures=embed(pictures),
        params=yaml.safe_dump(_plain(params), sort_keys=False, allow_unicode=True),
    )


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
