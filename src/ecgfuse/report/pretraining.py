"""What the page shows of self-supervised pretraining."""

from collections.abc import Mapping
from typing import Any

from ecgfuse.datasets.fusions import FUSIONS

TITLES = {
    "scratch": "scratch",
    "mae_moco": "MAE-MoCo",
    "mae_nextclip": "MAE-Nextclip",
    "w2v_cmsc_rlm": "W2V+CMSC+RLM",
}


def compared_fusion(pretrain: Mapping[str, Any]) -> str:
    """The fusion that the objectives were compared in.

    Args:
        pretrain: the results of the study objectives.
    """
    return next(key for key in pretrain if key in FUSIONS)


def start_rows(pretrain: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row for each backbone and start: scores on the test patients, and of the probe."""
    return [
        {
            "encoder": encoder,
            "start": TITLES[start],
            **scores,
            "probe": _probe(pretrain, encoder=encoder, start=start)["macro_auroc"],
        }
        for encoder, starts in pretrain[compared_fusion(pretrain)].items()
        for start, scores in starts.items()
    ]


def error_rows(pretrain: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row for each objective and backbone: its errors, and trivial ones."""
    return [
        {"objective": title, "encoder": encoder, **found["losses"], **found["trivial"]}
        for objective, title in TITLES.items()
        for encoder, found in pretrain.get(objective, {}).items()
    ]


def _probe(pretrain: Mapping[str, Any], *, encoder: str, start: str) -> Mapping[str, float]:
    if start != "scratch":
        return pretrain[start][encoder]["probe"]
    fresh = (
        pretrain[objective][encoder]["probe_of_fresh_weights"]
        for objective in TITLES
        if encoder in pretrain.get(objective, {})
    )
    return next(fresh)
