"""What the page shows of the studies: pipelines of their own, which may not have been run."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ecgfuse.noise.config import NOISES
from ecgfuse.report.pictures import data_uri
from ecgfuse.report.pretraining import compared_fusion, error_rows, start_rows
from ecgfuse.report.rows import adaptation_rows
from ecgfuse.report.standing import Standing

EC57_RULES = {
    "standard": "EC57: after the time to learn; e, j and n are S",
    "whole_record": "the whole record; e, j and n are S",
    "literature": "the whole record; e and j are N, as in the literature",
}
"""Key of the results of ec57 -> what is counted, and how."""

TITLES = {
    "folds": "the default setting, cross-validated within DS1",
    "objectives": "ways to pretrain the backbone",
    "learning_curve": "training on fewer patients",
    "distill": "one network that learned from those of all seeds",
    "causal": "features that use nothing later than the beat",
    "ec57": "scores by the rules of ANSI/AAMI EC57",
    "annotate": "QRS detectors, and recordings annotated as a user's",
    "noise": "noise added to the test recordings",
    "daeac": "adaptation to unlabelled beats of the test patients",
    "external": "other databases",
    "ssl12": "pretraining on 12-lead recordings",
}
"""Study -> what it is about, in the order of the page."""


@dataclass(frozen=True, kw_only=True)
class Ablation:
    """What `make ablation` or `make pretrain_folds` wrote."""

    table: pd.DataFrame
    """As `ablation.table.results_table`."""
    picture: Path


@dataclass(frozen=True, kw_only=True)
class Studies:
    """What the studies found; None for one that was not run."""

    standings: Mapping[str, Standing]
    """Study -> whether its results are those of the present code, data and parameters."""
    networks: Mapping[str, Mapping[str, Any]]
    """Results of the models beside the fusions, by their names in `rows.NETWORKS`."""
    daeac: Mapping[str, Any] | None
    """As `daeac.run.adapt` writes it."""
    annotate: Mapping[str, Any] | None
    """As `annotate.verify.verify_annotation` writes it."""
    detectors: Mapping[str, Any] | None
    """As `qrs.run.compare_detectors` writes it."""
    ec57: Mapping[str, Any] | None
    """As `ec57.run.score_fusions` writes it."""
    folds: Mapping[str, Any] | None
    """As `folds.run.cross_validate` writes it."""
    learning_curve: Mapping[str, Any] | None
    """As `learning_curve.run.curve_metrics`."""
    curve_picture: Path
    noise: Mapping[str, Any] | None
    """As `noise.run.stress_test` writes it."""
    noise_picture: Path
    objectives: Mapping[str, Any] | None
    """As `objectives.run.compare_objectives` writes it."""
    objectives_picture: Path
    ablation: Ablation | None
    pretrain_folds: Ablation | None
    """The same of backbones and ways to pretrain them."""
    fusions: Mapping[str, str]
    """Study -> the fusion that it was run with."""

    def is_current(self, study: str) -> bool:
        """Whether another run of a study would give the same."""
        return study in self.standings and self.standings[study].is_current


def describe_studies(studies: Studies) -> dict[str, Any]:
    """What studies.html.j2 shows, by name; None where a study was not run.

    Raises:
        ValueError: a picture of a study that was run is missing.
    """
    ablation, found = studies.ablation, studies.objectives
    return {
        "standings": studies.standings,
        "studies": TITLES,
        "daeac": studies.daeac,
        "adaptation": None if studies.daeac is None else adaptation_rows(studies.daeac),
        "annotate": studies.annotate,
        "detectors": studies.detectors,
        "ec57": studies.ec57,
        "ec57_rules": EC57_RULES,
        "folds": studies.folds,
        "folds_fusion": studies.fusions.get("folds"),
        "learning_curve": studies.learning_curve,
        "curve_fusion": studies.fusions.get("learning_curve"),
        "curve_picture": _picture(studies.curve_picture, of=studies.learning_curve),
        "noise_table": None if studies.noise is None else noise_table(studies.noise),
        "noise_made_up": [] if studies.noise is None else made_up(studies.noise),
        "noise_picture": _picture(studies.noise_picture, of=studies.noise),
        "objectives": found,
        "objectives_fusion": None if found is None else compared_fusion(found),
        "objectives_rows": None if found is None else start_rows(found),
        "objectives_errors": None if found is None else error_rows(found),
        "objectives_picture": _picture(studies.objectives_picture, of=found),
        "ablation": _rows(studies.ablation),
        "ablation_picture": None if ablation is None else data_uri(ablation.picture),
        "pretrain_folds": _rows(studies.pretrain_folds),
    }


def _picture(path: Path, *, of: Mapping[str, Any] | None) -> str | None:
    return None if of is None else data_uri(path)


def _rows(ablation: Ablation | None) -> list[dict[Hashable, Any]] | None:
    return None if ablation is None else ablation.table.to_dict("records")


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
