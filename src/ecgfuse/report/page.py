"""The report: one HTML page that needs no other file, no network and no script."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import yaml

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.evaluate.results import ComparisonResults, EvaluationResults
from ecgfuse.report import published
from ecgfuse.report.data import Params, common_data, describe_data, same_subject
from ecgfuse.report.figures import embed
from ecgfuse.report.records import describe_records
from ecgfuse.report.rows import (
    COLUMNS,
    COMPARED,
    Row,
    always_n_row,
    ensemble_row,
    network_row,
    published_row,
    seed_row,
)
from ecgfuse.report.studies import Studies
from ecgfuse.report.study_sections import describe_studies
from ecgfuse.report.summary import MIN_RECORDS, rank_by_macro_f1, summarise_result
from ecgfuse.report.template import load_template
from ecgfuse.report.verdicts import check_targets
from ecgfuse.train.trained_model import TrainedModel


def build_page(
    results: Mapping[str, EvaluationResults],
    *,
    comparison: ComparisonResults,
    studies: Studies,
    by_record: Mapping[str, pd.DataFrame],
    errors: Mapping[str, pd.DataFrame],
    figures: Mapping[str, Mapping[str, Path]],
    params: Params,
) -> str:
    """Write the report of all compared networks as HTML.

    Args:
        results: name of a compared network -> its results.
        comparison: results of the stage comparison.
        studies: results of the studies.
        by_record: name -> table of `metrics.score_by_record` for the predictions of its ensemble
            on the test records.
        errors: name -> table of `evaluate.by_record.error_table` for the same predictions.
        figures: fusion -> name of the figure, such as confusion -> its PNG or SVG file.
        params: all of params.yaml; records are read from its group split, the block of
            the fusions from its group fusion.

    Returns:
        The page. Equal arguments give equal pages.

    Raises:
        ValueError: no network, networks of different data, data neither real nor synthetic, a
            network without a table of records, or a figure that is missing.
    """
    common = common_data(results)
    _require_tables(results, by_record)
    # Networks that were scored on other data have no place beside the fusions.
    networks = {n: found for n, found in studies.networks.items() if found["data"] == common}
    best = rank_by_macro_f1(results)[0]
    test_records = sorted(by_record[best]["record"].astype(str))
    data = describe_data(results, test_records=test_records, params=params)
    return load_template().render(
        # what was run
        data=data,
        results=results,
        best=best,
        networks_in_words=COMPARED,
        figures=embed(figures),
        params=yaml.safe_dump(_plain(params), sort_keys=False, allow_unicode=True),
        # scores
        summary=summarise_result(results, comparison=comparison, n_records=len(test_records)),
        columns=COLUMNS,
        classes=CLASSES,
        rows=[seed_row(fusion, found) for fusion, found in results.items()],
        ensembles=[ensemble_row(f, found) for f, found in results.items() if found["seeds"] > 1],
        networks=_network_rows(networks, studies=studies),
        trivial=always_n_row(results[best]),
        study=[published_row(result) for result in published.STUDY],
        others=[published_row(result) for result in published.OTHERS],
        published=published,
        targets=check_targets(results) if data.comparable else [],
        target_fusion=published.TARGET_FUSION,
        # other patients
        resampled=len(test_records) >= MIN_RECORDS,
        comparison=comparison,
        same_subject=None if data.synthetic else same_subject(results, splits=data.splits),
        records=describe_records(
            {name: by_record[name] for name in dict.fromkeys((best, *FUSIONS)) if name in results},
            best=best,
            summary=results[best]["by_record"],
            errors=errors[best],
            scores=results[best]["test"],
        ),
        # other pipelines
        studies=describe_studies(studies, models={**results, **networks}),
    )


def _network_rows(networks: Mapping[str, EvaluationResults], *, studies: Studies) -> list[Row]:
    return [
        network_row(name, found, is_current=studies.is_current(TrainedModel(name).pipeline.name))
        for name, found in networks.items()
    ]


def _require_tables(
    results: Mapping[str, EvaluationResults], by_record: Mapping[str, pd.DataFrame]
) -> None:
    for name in results:
        if name not in by_record or by_record[name].empty:
            raise ValueError(
                f"by_record has no table for {name}, but has {list(by_record)}; run the stage "
                "'evaluate' again"
            )


def _plain(value: object) -> object:
    """Mappings and sequences as dicts and lists, which YAML can write."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
