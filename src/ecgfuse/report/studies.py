"""What the page shows beside the results of the fusions: noise, EC57, adaptation, ablation."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ecgfuse.noise.config import NOISES
from ecgfuse.report.pictures import data_uri
from ecgfuse.report.pretraining import compared_fusion, error_rows, start_rows
from ecgfuse.report.rows import adaptation_rows

EC57_RULES = {
    "standard": "EC57: after the time to learn; e, j and n are S",
    "whole_record": "the whole record; e, j and n are S",
    "literature": "the whole record; e and j are N, as in the literature",
}
"""Key of metrics/ec57.json -> what is counted, and how."""


@dataclass(frozen=True, kw_only=True)
class Ablation:
    """What `make ablation` or `make pretrain_folds` wrote."""

    table: pd.DataFrame
    """As `ablation.table.results_table`."""
    picture: Path


@dataclass(frozen=True, kw_only=True)
class Studies:
    """Results beside those of the fusions, as the metrics files hold them."""

    daeac: Mapping[str, Any]
    """As `adapt.run.adapt` writes it."""
    annotate: Mapping[str, Any]
    """As `annotate.verify.verify_annotation` writes it."""
    detectors: Mapping[str, Any]
    """As `qrs.run.compare_detectors` writes it."""
    ec57: Mapping[str, Any]
    """As `ec57.run.score_fusions` writes it."""
    folds: Mapping[str, Any]
    """As `folds.run.cross_validate` writes it."""
    noise: Mapping[str, Any]
    """As `noise.run.stress_test` writes it."""
    noise_picture: Path
    pretrain: Mapping[str, Any]
    """As `objectives.run.compare_objectives` writes it."""
    pretrain_picture: Path
    ablation: Ablation | None
    """None where it was not run: it is no part of the pipeline."""
    pretrain_folds: Ablation | None
    """The same of backbones and ways to pretrain them."""


def describe_studies(studies: Studies, *, params: Mapping[str, Any]) -> dict[str, Any]:
    """What studies.html.j2 shows, by name.

    Args:
        params: all of params.yaml.

    Raises:
        ValueError: a picture is missing.
    """
    ablation = studies.ablation
    return {
        "daeac": studies.daeac,
        "adaptation": adaptation_rows(studies.daeac),
        "annotate": studies.annotate,
        "detectors": studies.detectors,
        "ec57": studies.ec57,
        "ec57_rules": EC57_RULES,
        "folds": studies.folds,
        "folds_fusion": parameter(params, "folds", "fusion"),
        "noise_table": noise_table(studies.noise),
        "noise_made_up": made_up(studies.noise),
        "noise_picture": data_uri(studies.noise_picture),
        "pretrain": studies.pretrain,
        "pretrain_fusion": compared_fusion(studies.pretrain),
        "pretrain_rows": start_rows(studies.pretrain),
        "pretrain_errors": error_rows(studies.pretrain),
        "pretrain_picture": data_uri(studies.pretrain_picture),
        "ablation": _rows(studies.ablation),
        "ablation_picture": None if ablation is None else data_uri(ablation.picture),
        "pretrain_folds": _rows(studies.pretrain_folds),
    }


def _rows(ablation: Ablation | None) -> list[dict[Hashable, Any]] | None:
    return None if ablation is None else ablation.table.to_dict("records")


def parameter(params: Mapping[str, Any], group: str, key: str) -> Any:
    """A parameter, None where there is none of that name."""
    values = params.get(group)
    return values.get(key) if isinstance(values, Mapping) else None


def made_up(noise: Mapping[str, Any]) -> list[str]:
    """What of the noisy recordings is synthetic: "recordings", "noise", both or nothing."""
    named = {"recordings": noise["data"], "noise": noise["noise"]}
    return [name for name, dataset in named.items() if dataset["kind"] == "synthetic"]


def noise_table(noise: Mapping[str, Any]) -> pd.DataFrame:
    """Macro F1 by fusion and noise.

    Returns:
        Index (fusion, noise in words); columns clean, and the signal-to-noise ratios in dB as the
        metrics file writes them.
    """
    rows = {
        (fusion, title): {"clean": found["clean"]["macro_f1"]}
        | {snr_db: scores["macro_f1"] for snr_db, scores in found[kind].items()}
        for fusion, found in noise.items()
        if fusion not in ("data", "noise")
        for kind, title in NOISES.items()
        if kind in found
    }
    return pd.DataFrame.from_dict(rows, orient="index")
