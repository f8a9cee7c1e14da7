"""The sections of studies.html.j2, one dataclass per study; None for a study that was not run."""

from collections.abc import Mapping
from dataclasses import dataclass

from ecgfuse.ec57.results import EC57Results
from ecgfuse.evaluate.results import EvaluationResults
from ecgfuse.report.ablation import (
    AblationRow,
    AblationSection,
    ablation_rows,
    describe_ablation,
)
from ecgfuse.report.as_published import AsPublishedSection, describe_as_published
from ecgfuse.report.checks import (
    Check,
    check_annotating_model,
    check_annotation,
    check_default,
)
from ecgfuse.report.figures import data_uri
from ecgfuse.report.heartbeat import HeartbeatSection, describe_heartbeat
from ecgfuse.report.noise import NoiseSection, describe_noise
from ecgfuse.report.other_databases import DatabaseSection, describe_database
from ecgfuse.report.pretraining import PretrainingSection, describe_pretraining
from ecgfuse.report.rows import Row, adaptation_rows
from ecgfuse.report.standing import Standing
from ecgfuse.report.studies import TITLES, Studies
from ecgfuse.report.twelve_lead import TwelveLeadSection, describe_twelve_lead
from ecgfuse.studies.annotate.results import AnnotateResults
from ecgfuse.studies.daeac.results import DaeacResults
from ecgfuse.studies.detectors.results import DetectorsResults
from ecgfuse.studies.folds.results import FoldsResults
from ecgfuse.studies.learning_curve.results import LearningCurveResults

EC57_RULES = {
    "standard": "EC57: without the learning period; e, j and n are S",
    "whole_record": "the whole record; e, j and n are S",
    "literature": "the whole record; e and j are N, as in the literature",
}
"""Key of the results of ec57 -> what is counted, and how."""


@dataclass(frozen=True, kw_only=True)
class CurveSection:
    """Training on fewer patients."""

    results: LearningCurveResults
    fusion: str | None
    figure: str


@dataclass(frozen=True, kw_only=True)
class FoldsSection:
    """The default setting, cross-validated within DS1."""

    results: FoldsResults
    fusion: str | None


@dataclass(frozen=True, kw_only=True)
class AnnotationSection:
    """Recordings without annotations."""

    detectors: DetectorsResults
    annotate: AnnotateResults
    other_labels: int
    """Labels of all models that differ between ONNX Runtime and PyTorch."""
    checks: list[Check]


@dataclass(frozen=True, kw_only=True)
class AdaptationSection:
    """Adaptation to unlabelled beats of the test patients."""

    results: DaeacResults
    rows: list[Row]


@dataclass(frozen=True, kw_only=True)
class StudySections:
    """All sections."""

    standings: Mapping[str, Standing]
    titles: Mapping[str, str]
    ec57_rules: Mapping[str, str]
    as_published: AsPublishedSection | None
    curve: CurveSection | None
    folds: FoldsSection | None
    ablation: AblationSection | None
    pretraining: PretrainingSection | None
    pretrain_folds: list[AblationRow] | None
    ec57: EC57Results | None
    annotation: AnnotationSection | None
    noise: NoiseSection | None
    adaptation: AdaptationSection | None
    external: list[DatabaseSection]
    """One per database that was tested."""
    twelve_lead: TwelveLeadSection | None
    heartbeat: HeartbeatSection | None
    defaults: list[Check]
    """Whether the default settings are what the training side prefers."""


def describe_studies(studies: Studies, *, models: Mapping[str, EvaluationResults]) -> StudySections:
    """Build the sections of all studies.

    Args:
        models: results of all models that were scored on the same data, for the checks.

    Raises:
        ValueError: a figure of a study that was run is missing.
    """
    folds, starts, daeac = studies.folds, studies.pretrain_folds, studies.daeac
    pretraining, noise = studies.pretrain_comparison, studies.noise
    summary, leads = studies.summary, studies.leads
    return StudySections(
        standings=studies.standings,
        titles=TITLES,
        ec57_rules=EC57_RULES,
        as_published=describe_as_published(studies, models=models),
        curve=_curve(studies),
        folds=FoldsSection(results=folds, fusion=studies.fusions.get("folds")) if folds else None,
        ablation=describe_ablation(studies.ablation) if studies.ablation else None,
        pretraining=describe_pretraining(pretraining, figure=studies.pretrain_comparison_figure)
        if pretraining
        else None,
        pretrain_folds=ablation_rows(starts.table) if starts else None,
        ec57=studies.ec57,
        annotation=_annotation(studies),
        noise=describe_noise(noise, figure=studies.noise_figure) if noise else None,
        adaptation=AdaptationSection(results=daeac, rows=adaptation_rows(daeac)) if daeac else None,
        external=[describe_database(found) for found in studies.external.values()],
        twelve_lead=describe_twelve_lead(summary, leads=leads) if summary and leads else None,
        heartbeat=describe_heartbeat(studies.heartbeat),
        defaults=_check_defaults(studies, models=models),
    )


def _check_defaults(studies: Studies, *, models: Mapping[str, EvaluationResults]) -> list[Check]:
    starts, ablation, annotate = studies.pretrain_folds, studies.ablation, studies.annotate
    return [
        *(check_default(starts.table, of="backbones and starts") if starts else []),
        *(check_default(ablation.table, of="rows of the ablation") if ablation else []),
        *(check_annotating_model(models, name=annotate["model"]) if annotate else []),
    ]


def _curve(studies: Studies) -> CurveSection | None:
    if studies.learning_curve is None:
        return None
    return CurveSection(
        results=studies.learning_curve,
        fusion=studies.fusions.get("learning_curve"),
        figure=data_uri(studies.curve_figure),
    )


def _annotation(studies: Studies) -> AnnotationSection | None:
    annotate, detectors = studies.annotate, studies.detectors
    if annotate is None or detectors is None:
        return None
    return AnnotationSection(
        detectors=detectors,
        annotate=annotate,
        other_labels=sum(runtime["other_labels"] for runtime in annotate["onnx"].values()),
        checks=check_annotation(annotate, detectors=detectors),
    )
