"""Scores under noise, arranged for the results file and for curves."""

import pandas as pd

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.evaluate.metrics import Scores
from ecgfuse.studies.noise.config import Condition, NoiseConfig
from ecgfuse.studies.noise.results import FusionInNoise, NoisyScores

Scored = dict[Fusion, dict[Condition, Scores]]
"""Scores of each fusion under each condition."""

CURVES = {"macro_f1": "macro F1", "macro_auprc": "macro AUPRC"}
"""Scores plotted against the signal-to-noise ratio -> their titles."""


def nest_scores(scored: Scored) -> dict[Fusion, FusionInNoise]:
    """FUSION -> clean -> a few scores, and FUSION -> noise -> SNR -> a few scores.

    Dictionaries only: DVC drops lists from metrics.
    """
    nested: dict[Fusion, FusionInNoise] = {}
    for fusion, by_condition in scored.items():
        nested[fusion] = {"clean": _few(by_condition[None])}
        for condition, scores in by_condition.items():
            if condition is not None:
                kind, snr_db = condition
                nested[fusion].setdefault(kind, {})[f"{snr_db:g}"] = _few(scores)
    return nested


def _few(scores: Scores) -> NoisyScores:
    return {
        "macro_f1": scores["macro_f1"],
        "macro_auprc": scores["macro_auprc"],
        "macro_auroc": scores["macro_auroc"],
        "f1": {"S": scores["S"]["f1"], "V": scores["V"]["f1"], "F": scores["F"]["f1"]},
    }


def curve_table(scored: Scored, *, curve: str, config: NoiseConfig) -> pd.DataFrame:
    """One score against the signal-to-noise ratio.

    Args:
        curve: name of the score, a key of CURVES.

    Returns:
        One row per ratio, in the order of noise.snr_db; columns snr_db, and FUSION_NOISE for each
        fusion and noise.
    """
    table: dict[str, list[float]] = {"snr_db": list(config.snr_db)}
    for fusion, by_condition in scored.items():
        for kind in config.kinds:
            table[f"{fusion}_{kind}"] = [
                by_condition[kind, snr_db][curve] for snr_db in config.snr_db
            ]
    return pd.DataFrame(table)
