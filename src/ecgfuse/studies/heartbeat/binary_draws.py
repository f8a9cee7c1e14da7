"""Intervals and paired differences of the scores of normal against abnormal beats."""

from collections.abc import Sequence
from typing import TypedDict, cast

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from ecgfuse.datasets.single_beats import BINARY
from ecgfuse.evaluate.comparison import mean_of_drawn_seeds, paired_difference
from ecgfuse.evaluate.resampled_scores import areas_of_class, f1_and_sensitivity
from ecgfuse.evaluate.resamples import Resamples, draw_records, interval
from ecgfuse.evaluate.results import Interval, PairedDifference
from ecgfuse.studies.heartbeat.binary_scores import BinaryScores, binary_scores, called_abnormal

DRAWN = ("f1", "recall", "auprc", "roc_auc")
"""Scores with intervals; the positive class is abnormal."""


class NetworkScores(TypedDict):
    """Scores of one network, trained with several seeds."""

    seeds: int
    mean: BinaryScores
    sd: BinaryScores
    """Sample standard deviation over the seeds; 0 with one."""
    auprc: float
    """Mean over the seeds of the average precision; its chance level is the share of abnormal."""
    interval: dict[str, Interval]
    """Score -> 95 % interval over draws of recordings or patients, and of seeds."""


def draw_patients(
    patients: np.ndarray, abnormal: np.ndarray, *, n_draws: int, rng: np.random.Generator
) -> Resamples:
    """Draw patients, or recordings, with replacement; draws that lack a class are left out.

    Args:
        patients: (n_beats,) names.
        abnormal: (n_beats,) int, 0 or 1.
    """
    return draw_records(patients, abnormal, classes=BINARY, n_draws=n_draws, rng=rng)


def drawn_scores(
    abnormal: np.ndarray,
    by_seed: Sequence[np.ndarray],
    *,
    resamples: Resamples,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Scores for every draw of patients, each the mean over seeds that are drawn, too.

    Args:
        abnormal: (n_beats,) int.
        by_seed: of each seed, (n_beats,) probabilities of abnormal.

    Returns:
        (n_draws,) rows; columns as DRAWN.
    """
    of_seeds = [_of_seed(abnormal, p_abnormal, resamples=resamples) for p_abnormal in by_seed]
    return mean_of_drawn_seeds(of_seeds, rng=rng)


def _of_seed(abnormal: np.ndarray, p_abnormal: np.ndarray, *, resamples: Resamples) -> pd.DataFrame:
    f1, sensitivity = f1_and_sensitivity(
        abnormal, called_abnormal(p_abnormal), classes=BINARY, resamples=resamples
    )
    auprc, roc_auc = areas_of_class(abnormal == 1, p_abnormal, resamples=resamples)
    columns = (f1[:, 1], sensitivity[:, 1], auprc, roc_auc)
    return pd.DataFrame(dict(zip(DRAWN, columns, strict=True)))


def network_scores(
    abnormal: np.ndarray, by_seed: Sequence[np.ndarray], *, drawn: pd.DataFrame
) -> NetworkScores:
    """Mean, standard deviation and intervals of the scores.

    Args:
        abnormal: (n_beats,) int.
        by_seed: of each seed, (n_beats,) probabilities of abnormal.
        drawn: of the same, as `drawn_scores` returns it.
    """
    scores = pd.DataFrame([dict(binary_scores(abnormal, p)) for p in by_seed])
    spread = scores.std(ddof=1) if len(scores) > 1 else 0 * scores.iloc[0]
    return {
        "seeds": len(scores),
        "mean": _binary(scores.mean()),
        "sd": _binary(spread),
        "auprc": float(np.mean([average_precision_score(abnormal, p) for p in by_seed])),
        "interval": {str(name): interval(values.to_numpy()) for name, values in drawn.items()},
    }


def differences(one: pd.DataFrame, other: pd.DataFrame) -> dict[str, PairedDifference]:
    """Score -> the first minus the second on the same draws of patients."""
    return {name: paired_difference(one[name].to_numpy(), other[name].to_numpy()) for name in DRAWN}


def _binary(values: pd.Series) -> BinaryScores:
    return cast(BinaryScores, {str(name): float(value) for name, value in values.items()})
