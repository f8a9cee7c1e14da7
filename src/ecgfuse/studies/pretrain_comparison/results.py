"""What results/pretrain_comparison.json holds."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict


class ComparedData(TypedDict):
    """What was tested on."""

    database: str
    kind: str
    """"real" or "synthetic"."""
    test_beats: int


class ProbeScores(TypedDict):
    """Macro scores, without accuracy."""

    macro_f1: float
    macro_sensitivity: float
    macro_auprc: float
    macro_auroc: float


class ArmScores(ProbeScores):
    """Test scores of one backbone and start, means over the seeds."""

    sd: ProbeScores
    """Over the seeds."""
    ensemble: ProbeScores


class PretrainedBackbone(TypedDict):
    """One backbone after pretraining by one objective, on the validation patients."""

    epoch: int
    """The epoch that was kept."""
    losses: dict[str, float]
    trivial: dict[str, float]
    """Losses of guesses that need no network."""
    probe: ProbeScores
    probe_of_fresh_weights: ProbeScores
    """The same encoder before pretraining."""


def macro_scores(scores: Mapping[str, float]) -> ProbeScores:
    """The macro scores out of all that `evaluate.metrics.score` returns."""
    return {
        "macro_f1": scores["macro_f1"],
        "macro_sensitivity": scores["macro_sensitivity"],
        "macro_auprc": scores["macro_auprc"],
        "macro_auroc": scores["macro_auroc"],
    }


ByBackbone = dict[str, dict[str, ArmScores]]
"""Backbone -> "scratch" or objective -> scores."""


class PretrainComparisonResults(TypedDict):
    """All of the file; it has the one fusion that was compared, and the objectives compared."""

    data: ComparedData
    seeds: int
    early: NotRequired[ByBackbone]
    late: NotRequired[ByBackbone]
    hybrid: NotRequired[ByBackbone]
    mae_moco: NotRequired[dict[str, PretrainedBackbone]]
    mae_nextclip: NotRequired[dict[str, PretrainedBackbone]]
    w2v_cmsc_rlm: NotRequired[dict[str, PretrainedBackbone]]
