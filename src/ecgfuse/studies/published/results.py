"""What results/published.json holds."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.metrics import MACRO, Scores

VALIDATED_BY = "macro_auprc"
"""The rule of the reported checkpoint, on the validation records."""


class Range(TypedDict):
    """Means over the seeds of the lowest and the highest of the four checkpoints."""

    low: float
    high: float


class RowResults(TypedDict):
    """Scores on DS2 of a row."""

    seeds: int
    validated: dict[str, Any]
    """Means over the seeds of the checkpoint with the best validation macro AUPRC: macro scores,
    accuracy, class_accuracy, f1 by class, and beats."""
    validated_sd: dict[str, float]
    """Sample standard deviation of the macro scores over the seeds; 0 with one."""
    checkpoints: dict[str, Range]
    """Macro score -> its range over the four checkpoints."""


def class_accuracy(accuracy: float) -> float:
    """Mean over the classes of the accuracy of one against the rest, which the study prints.

    A wrong beat is wrong for two of the classes: its own and the predicted one.
    """
    return 1 - 2 * (1 - accuracy) / len(CLASSES)


def summarise_seeds(seeds: Sequence[Mapping[str, Scores]]) -> RowResults:
    """Summarise a row.

    Args:
        seeds: of each network, rule -> scores on DS2 as `metrics.score`.
    """
    named = [by_rule[VALIDATED_BY] for by_rule in seeds]
    names = (*MACRO, "accuracy")
    mean: dict[str, Any] = {name: float(np.mean([one[name] for one in named])) for name in names}
    mean["class_accuracy"] = class_accuracy(mean["accuracy"])
    for label in CLASSES:
        mean[label] = {"f1": float(np.mean([one[label]["f1"] for one in named]))}
    mean["beats"] = sum(named[0][label]["support"] for label in CLASSES)
    spread = {n: [float(o[n]) for o in named] for n in names}
    return {
        "seeds": len(seeds),
        "validated": mean,
        "validated_sd": {
            n: float(np.std(v, ddof=1)) if len(v) > 1 else 0.0 for n, v in spread.items()
        },
        "checkpoints": {name: _range(seeds, name) for name in names},
    }


def _range(seeds: Sequence[Mapping[str, Scores]], name: str) -> Range:
    values = [[scores[name] for scores in by_rule.values()] for by_rule in seeds]
    return {"low": float(np.mean(np.min(values, 1))), "high": float(np.mean(np.max(values, 1)))}
