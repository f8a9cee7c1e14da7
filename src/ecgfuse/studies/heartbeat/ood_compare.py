"""Compare scores of unfamiliar inputs, choose one, and collect the results."""

from collections.abc import Mapping, Sequence

import numpy as np

from ecgfuse.datasets.single_beats import SingleBeats, join_single_beats
from ecgfuse.ood.quality import find_faults
from ecgfuse.ood.scores import SCORE_NAMES, ScoreName
from ecgfuse.studies.heartbeat.ood_results import (
    OodResults,
    RulesResults,
    ScoreResults,
    count_rejected,
    mean_false_alarms,
    mean_kinds,
    mean_records,
)
from ecgfuse.studies.heartbeat.ood_views import Parts, View


def compare(name: ScoreName, views: Sequence[View], *, parts: Parts) -> ScoreResults:
    """Results of a score with the seeds of a network."""
    valid_kinds, kinds = parts.valid.others.of_kind(), parts.test.others.of_kind()
    valid = [view.judge_valid(name, part=parts.valid).kinds(valid_kinds) for view in views]
    judged = [view.judge_test(name, part=parts.test) for view in views]
    by_kind = mean_kinds(valid).values()
    return {
        "threshold": float(np.mean([view.measured[name].detector.threshold for view in views])),
        "valid_auroc": float(np.mean([kind["auroc"] for kind in by_kind])),
        "valid_flagged": float(np.mean([kind["flagged"] for kind in by_kind])),
        "false_alarms": mean_false_alarms([one.false_alarms() for one in judged]),
        "kinds": mean_kinds([one.kinds(kinds) for one in judged]),
    }


def choose(scores: Mapping[str, Mapping[ScoreName, ScoreResults]]) -> ScoreName:
    """The score that flags most unfamiliar inputs of split.valid, mean over networks."""
    return max(
        SCORE_NAMES,
        key=lambda name: np.mean([of_run[name]["valid_flagged"] for of_run in scores.values()]),
    )


def collect_results(
    views: Sequence[View],
    *,
    chosen: ScoreName,
    data: dict[str, str],
    scores: Mapping[str, Mapping[ScoreName, ScoreResults]],
    train: SingleBeats,
    parts: Parts,
) -> OodResults:
    """All results.

    Args:
        views: of all networks and seeds.
        chosen: the score that is used.
        data: as in the results.
        scores: run -> score -> results of `compare`.
        train: all beats of split.train.
    """
    part = parts.test
    judged = [view.judge_test(chosen, part=part).with_rules_first() for view in views]
    ratios = part.others.of_ratio()
    return {
        "data": data,
        "score": chosen,
        "false_alarms": mean_false_alarms([one.false_alarms() for one in judged]),
        "records": mean_records([one.records() for one in judged]),
        "kinds": mean_kinds([one.kinds(part.others.of_kind()) for one in judged]),
        "noise": {
            kind: mean_kinds(
                [one.kinds({f"{ratio:g}": rows for ratio, rows in by.items()}) for one in judged]
            )
            for kind, by in ratios.items()
        },
        "rules": _rules(train, parts=parts),
        "scores": {run: dict(of_run.items()) for run, of_run in scores.items()},
    }


def _rules(train: SingleBeats, *, parts: Parts) -> RulesResults:
    """Rejected beats of DS1 and DS2, and flagged inputs of each kind."""
    broken = np.concatenate([find_faults(train.ecg), parts.valid.faults]) != ""
    ds1 = join_single_beats([train, parts.valid.beats])
    faulty = parts.test.other_faults != ""
    return {
        "rejected": {
            "DS1": count_rejected(ds1, broken),
            "DS2": count_rejected(parts.test.beats, parts.test.faults != ""),
        },
        "flagged": {
            kind: float(faulty[rows].mean()) for kind, rows in parts.test.others.of_kind().items()
        },
    }
