"""Rows on self-supervised pretraining: the study pretrain_comparison."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.report.captions import OBJECTIVES, STARTS
from ecgfuse.report.checks import Check, check_pretraining
from ecgfuse.report.figures import data_uri
from ecgfuse.studies.pretrain_comparison.results import (
    ByBackbone,
    PretrainComparisonResults,
    ProbeScores,
)


class LossRow(TypedDict):
    """Losses of one objective and backbone, beside those of trivial guesses."""

    objective: str
    encoder: str
    losses: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class StartRow:
    """Test scores of one backbone and start."""

    encoder: str
    start: str
    mean: ProbeScores
    """Over the seeds."""
    sd: ProbeScores
    ensemble: ProbeScores
    probe: float
    """Macro AUROC of the linear probe."""


@dataclass(frozen=True, kw_only=True)
class PretrainingSection:
    """Ways to pretrain the backbone."""

    fusion: str
    seeds: int
    is_real: bool
    starts: list[StartRow]
    losses: list[LossRow]
    figure: str
    checks: list[Check]


def describe_pretraining(found: PretrainComparisonResults, *, figure: Path) -> PretrainingSection:
    """Build the section.

    Raises:
        ValueError: the figure is missing.
    """
    return PretrainingSection(
        fusion=compared_fusion(found),
        seeds=found["seeds"],
        is_real=found["data"]["kind"] == "real",
        starts=start_rows(found),
        losses=loss_rows(found),
        figure=data_uri(figure),
        checks=check_pretraining(found),
    )


def compared_fusion(pretrain: PretrainComparisonResults) -> Literal["early", "late", "hybrid"]:
    """The fusion that was trained from each start."""
    return next(fusion for fusion in FUSIONS if fusion in pretrain)


def start_rows(pretrain: PretrainComparisonResults) -> list[StartRow]:
    """One row per backbone and start."""
    by_backbone: ByBackbone = pretrain[compared_fusion(pretrain)]
    return [
        StartRow(
            encoder=encoder,
            start=STARTS[start],
            mean=scores,
            sd=scores["sd"],
            ensemble=scores["ensemble"],
            probe=_probe(pretrain, encoder=encoder, start=start)["macro_auroc"],
        )
        for encoder, starts in by_backbone.items()
        for start, scores in starts.items()
    ]


def loss_rows(pretrain: PretrainComparisonResults) -> list[LossRow]:
    """One row per objective and backbone."""
    return [
        {
            "objective": STARTS[objective],
            "encoder": encoder,
            "losses": {**found["losses"], **found["trivial"]},
        }
        for objective in OBJECTIVES
        for encoder, found in pretrain.get(objective, {}).items()
    ]


def _probe(pretrain: PretrainComparisonResults, *, encoder: str, start: str) -> ProbeScores:
    """The probe of a pretrained encoder, or from scratch that of one with fresh weights."""
    for objective in OBJECTIVES:
        if (found := pretrain.get(objective, {}).get(encoder)) is not None:
            if start == objective:
                return found["probe"]
            if start == "scratch":
                return found["probe_of_fresh_weights"]
    raise KeyError(f"no probe of {encoder} from {start}")
