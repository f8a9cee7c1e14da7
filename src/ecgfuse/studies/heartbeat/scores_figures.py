"""Figures of the scores stage: confusion matrices and ROC curves of both splits."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ecgfuse.datasets.single_beats import BINARY, SingleBeats
from ecgfuse.evaluate.curves import roc_table
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.heartbeat import draw_confusions, draw_roc
from ecgfuse.studies.heartbeat.binary_scores import confusion_matrix_of
from ecgfuse.studies.heartbeat.network_beats import SPLITS
from ecgfuse.studies.heartbeat.predictor import Probabilities
from ecgfuse.studies.heartbeat.scores_results import ScoresResults


class Figures(NamedTuple):
    """Where the figures go."""

    confusion: Path
    roc: Path


def draw_scores(
    scores: ScoresResults,
    *,
    tests: Mapping[str, SingleBeats],
    found: Mapping[str, Probabilities],
    n_points: int,
    figures: Figures,
) -> None:
    """Write the figures of both splits; the ROC curves are means over the seeds.

    Args:
        tests: name in the results -> its beats.
        found: the same -> what the networks make of them.
        n_points: of a curve.
    """
    titles = {"intra": "same patients (intra)", "inter": "new patients (inter)"}
    results = {titles[split]: scores[split]["networks"] for split in SPLITS}
    matrices = {
        title: {name: confusion_matrix_of(one["confusion"]) for name, one in networks.items()}
        for title, networks in results.items()
    }
    save_figure(draw_confusions(matrices), figures.confusion)
    curves = {
        titles[split]: _mean_roc(tests[split].abnormal, found[split], n_points=n_points)
        for split in SPLITS
    }
    areas = {
        title: {name: one["mean"]["roc_auc"] for name, one in networks.items()}
        for title, networks in results.items()
    }
    save_figure(draw_roc(curves, areas=areas), figures.roc)


def _mean_roc(abnormal: np.ndarray, found: Probabilities, *, n_points: int) -> pd.DataFrame:
    """Columns fpr, and the sensitivity of each network, the mean over its seeds."""
    columns = {}
    for name, p_abnormal in found.items():
        tables = [
            roc_table(abnormal, np.stack([1 - p, p], axis=1), classes=BINARY, n_points=n_points)
            for p in p_abnormal
        ]
        columns["fpr"] = tables[0]["fpr"]
        columns[name] = pd.concat([t[BINARY[1]] for t in tables], axis=1).mean(axis=1)
    return pd.DataFrame(columns)
