"""The scores that the study printed (incognito-developer/ECGanalysis), positive class abnormal.

Its "ROC AUC" is computed from predicted classes, so it stands beside `roc_auc_hard_labels`. The
scores of the test agree with its printed confusion matrices. Its transformer is the network
`transformer_published` here. Its ensemble was not scored on the hold-out part, and the authors call
it failed.
"""

from collections.abc import Mapping
from typing import Literal, NotRequired, TypedDict

from ecgfuse.studies.heartbeat.binary_scores import Confusion

Test = Literal["hold_out", "intra"]


class PublishedScores(TypedDict):
    """As printed."""

    accuracy: float
    precision: float
    recall: float
    f1: float
    kappa: float
    roc_auc_hard_labels: float
    confusion: NotRequired[Confusion]
    """Of the test of "intra"."""


def _scores(
    accuracy: float,
    precision: float,
    recall: float,
    f1: float,
    kappa: float,
    area: float,
) -> PublishedScores:
    return {
        "accuracy": accuracy,
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "kappa": kappa,
        "roc_auc_hard_labels": area,
    }


def _matrix(tn: int, fp: int, fn: int, tp: int) -> Confusion:
    return {"true_normal": tn, "false_abnormal": fp, "false_normal": fn, "true_abnormal": tp}


PUBLISHED: Mapping[Test, Mapping[str, PublishedScores]] = {
    "hold_out": {
        "cnn_lstm": _scores(0.9639, 0.9755, 0.9516, 0.9634, 0.9277, 0.9639),
        # The printed F1 repeats the recall; that of precision and recall is 0.9697.
        "cnn_lstm_dropout": _scores(0.9698, 0.9739, 0.9655, 0.9655, 0.9397, 0.9698),
        "transformer_published": _scores(0.9549, 0.9771, 0.9317, 0.9539, 0.9098, 0.9549),
    },
    "intra": {
        "cnn_lstm": {
            **_scores(0.9731, 0.8943, 0.9571, 0.9246, 0.9083, 0.9668),
            "confusion": _matrix(17_691, 427, 162, 3_612),
        },
        "cnn_lstm_dropout": {
            **_scores(0.9633, 0.8496, 0.9563, 0.8998, 0.8774, 0.9605),
            "confusion": _matrix(17_479, 639, 165, 3_609),
        },
        "ensemble": {
            **_scores(0.5901, 0.2932, 0.9764, 0.4510, 0.2528, 0.7430),
            "confusion": _matrix(9_234, 8_884, 89, 3_685),
        },
        "transformer_published": {
            **_scores(0.9635, 0.8692, 0.9277, 0.8975, 0.8753, 0.9493),
            "confusion": _matrix(17_591, 527, 273, 3_501),
        },
    },
}
"""Test -> network -> scores; the test of "intra" has 21,892 beats, the hold-out part 3,017."""
