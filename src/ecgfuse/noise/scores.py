"""Scores under noise, arranged for the metrics file and for curves."""

from typing import Any

import pandas as pd

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.evaluate.metrics import Scores
from ecgfuse.noise.config import Condition, NoiseConfig
from ecgfuse.records.annotations import CLASSES

Scored = dict[Fusion, dict[Condition, Scores]]
"""Scores of each fusion under each condition."""

CURVES = {"macro_f1": "macro F1", "macro_auprc": "macro AUPRC"}
"""The scores that are drawn against the signal-to-noise ratio, with their titles."""


def nest_scores(scored: Scored) -> dict[str, Any]:
    """FUSION -> clean, or noise -> SNR -> a few scores: dictionaries only, so DVC shows all."""
    nested: dict[str, Any] = {}
    for fusion, by_condition in scored.items():
        of_fusion = nested.setdefault(fusion, {})
        for condition, scores in by_condition.items():
            if condition is None:
                of_fusion["clean"] = _few(scores)
            else:
                kind, snr_db = condition
                of_fusion.setdefault(kind, {})[f"{snr_db:g}"] = _few(scores)
    return nested


def _few(scores: Scores) -> dict[str, Any]:
    macro = {name: scores[name] for name in ("macro_f1", "macro_auprc", "macro_auroc")}
    return macro | {"f1": {name: scores[name]["f1"] for name in CLASSES[1:]}}


def curve_table(scored: Scored, *, curve: str, config: NoiseConfig) -> pd.DataFrame:
    """One score against the signal-to-noise ratio.

    Args:
        curve: name of the score, out of CURVES.

    Returns:
        One row for each ratio, in the order of noise.snr_db: snr_db, and FUSION_NOISE for each
        fusion and noise.
    """
    table: dict[str, list[float]] = {"snr_db": list(config.snr_db)}
    for fusion, by_condition in scored.items():
        for kind in config.kinds:
            table[f"{fusion}_{kind}"] = [
                by_condition[kind, snr_db][curve] for snr_db in config.snr_db
            ]
    return pd.DataFrame(table)
