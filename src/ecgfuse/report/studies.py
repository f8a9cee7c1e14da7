"""The studies as the report reads them: pipelines of their own, which may not have been run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ecgfuse.ec57.results import EC57Results
from ecgfuse.evaluate.results import EvaluationResults
from ecgfuse.report.standing import Standing
from ecgfuse.studies.annotate.results import AnnotateResults
from ecgfuse.studies.daeac.results import DaeacResults
from ecgfuse.studies.detectors.results import DetectorsResults
from ecgfuse.studies.external.results import ExternalResults
from ecgfuse.studies.folds.results import FoldsResults
from ecgfuse.studies.heartbeat.augmentation import AugmentationResults
from ecgfuse.studies.heartbeat.leads import LeadsResults as HeartbeatLeadsResults
from ecgfuse.studies.heartbeat.ood_results import OodResults
from ecgfuse.studies.heartbeat.scores_results import ScoresResults
from ecgfuse.studies.heartbeat.small import SmallResults
from ecgfuse.studies.learning_curve.results import LearningCurveResults
from ecgfuse.studies.noise.results import NoiseResults
from ecgfuse.studies.pretrain_comparison.results import PretrainComparisonResults
from ecgfuse.studies.published.comparison import BridgeStep
from ecgfuse.studies.published.results import RowResults
from ecgfuse.studies.ssl12.results import LeadsResults, SummaryResults

TITLES = {
    "folds": "the default setting, cross-validated within DS1",
    "pretrain_comparison": "ways to pretrain the backbone",
    "published": "the study as its public code runs it",
    "learning_curve": "training on fewer patients",
    "distill": "one network distilled from the ensembles of all seeds",
    "causal": "features that use nothing later than the beat",
    "ec57": "scores by the rules of ANSI/AAMI EC57",
    "annotate": "QRS detectors, and recordings annotated without reference beats",
    "noise": "noise added to the test recordings",
    "daeac": "adaptation to unlabelled beats of the test patients",
    "external": "other databases",
    "ssl12": "pretraining on 12-lead recordings",
    "heartbeat": "classifiers of single beats, and what is no heartbeat",
}
"""Study -> what it is about, in the order of the page."""


@dataclass(frozen=True, kw_only=True)
class Ablation:
    """Output of `make ablation` or `make pretrain_folds`."""

    table: pd.DataFrame
    """As `ablation.table.results_table` returns it."""
    figure: Path


HEARTBEAT_FIGURES = ("scores/roc", "ood/noise")
"""Figures of studies/heartbeat on the page: paths below plots/, without ending."""


@dataclass(frozen=True, kw_only=True)
class HeartbeatFiles:
    """Results of the stages of `make heartbeat`; None for one that was not run."""

    scores: ScoresResults | None
    ood: OodResults | None
    augmentation: AugmentationResults | None
    leads: HeartbeatLeadsResults | None
    small: SmallResults | None
    figures: Mapping[str, Path]
    """Path below plots/, without ending -> file."""


@dataclass(frozen=True, kw_only=True)
class Studies:
    """Results of the studies; None for one that was not run."""

    standings: Mapping[str, Standing]
    """Study -> whether its results are those of the present code, data and parameters."""
    networks: Mapping[str, EvaluationResults]
    """Results of the models beside the fusions, by their names in `rows.STUDY_MODELS`."""
    annotate: AnnotateResults | None
    bridge: Mapping[str, BridgeStep] | None
    """Of published."""
    daeac: DaeacResults | None
    detectors: DetectorsResults | None
    ec57: EC57Results | None
    external: Mapping[str, ExternalResults]
    """By database; empty if none was tested."""
    folds: FoldsResults | None
    heartbeat: HeartbeatFiles
    forest: Mapping[str, RowResults] | None
    """Of published."""
    learning_curve: LearningCurveResults | None
    leads: LeadsResults | None
    """Of ssl12."""
    noise: NoiseResults | None
    pretrain_comparison: PretrainComparisonResults | None
    published: Mapping[str, RowResults] | None
    summary: SummaryResults | None
    """Of ssl12."""
    curve_figure: Path
    noise_figure: Path
    pretrain_comparison_figure: Path
    ablation: Ablation | None
    pretrain_folds: Ablation | None
    """The same for backbones and ways to pretrain them."""
    fusions: Mapping[str, str]
    """Study -> the fusion that it was run with."""

    def is_current(self, study: str) -> bool:
        """Whether another run of a study would give the same results."""
        return study in self.standings and self.standings[study].is_current
