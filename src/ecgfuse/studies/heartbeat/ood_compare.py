"""Compare scores of unfamiliar inputs, choose one, and collect the results."""

from collections.abc import Mapping, Sequence

import numpy as np

from ecgfuse.datasets.single_beats import SingleBeats, join_single_beats
from ecgfuse.evaluate.by_record import without_same_subject
from ecgfuse.ood.quality import find_faults
from ecgfuse.ood.scores import SCORE_NAMES, ScoreName
from ecgfuse.studies.heartbeat.ood_measure import Parts, View
from ecgfuse.studies.heartbeat.ood_results import (
    FalseAlarmResults,
    Judged,
    OodResults,
    RulesResults,
    ScoreResults,
    count_rejected,
    mean_of,
)


def compare(name: ScoreName, views: Sequence[View], *, parts: Parts) -> ScoreResults:
    """Results of a score with the seeds of a network."""
    valid_kinds, kinds = parts.valid.others.of_kind(), parts.test.others.of_kind()
    valid = mean_of([view.measured[name].valid.aurocs(valid_kinds) for view in views])
    judged = [view.judge(name, test=parts.test) for view in views]
    return {
        "threshold": float(np.mean([view.measured[name].detector.threshold for view in views])),
        "valid_auroc": float(np.mean([*valid.values()])),
        "false_alarms": mean_of([one.false_alarms() for one in judged]),
        "kinds": mean_of([one.kinds(kinds) for one in judged]),
    }


def choose(scores: Mapping[str, Mapping[ScoreName, ScoreResults]]) -> ScoreName:
    """The score with the highest AUROC on split.valid, mean over networks.

    Not the one that flags most: thresholds keep other limits where a score reads a network, so
    that shares of flagged inputs do not compare (`ood_fit.FalseAlarms`).
    """
    return max(
        SCORE_NAMES,
        key=lambda name: np.mean([of_run[name]["valid_auroc"] for of_run in scores.values()]),
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
    judged = [view.judge(chosen, test=part).with_rules_first() for view in views]
    ratios = part.others.of_ratio()
    results: OodResults = {
        "data": data,
        "score": chosen,
        "false_alarms": mean_of([one.false_alarms() for one in judged]),
        "records": mean_of([one.records() for one in judged]),
        "kinds": mean_of([one.kinds(part.others.of_kind()) for one in judged]),
        "noise": {
            kind: mean_of(
                [one.kinds({f"{ratio:g}": rows for ratio, rows in by.items()}) for one in judged]
            )
            for kind, by in ratios.items()
        },
        "rules": _rules(train, parts=parts),
        "scores": {run: dict(of_run.items()) for run, of_run in scores.items()},
    }
    others = false_alarms_of_others(judged, database=data["database"])
    if others is not None:
        results["without_same_subject"] = others
    return results


def false_alarms_of_others(judged: Sequence[Judged], *, database: str) -> FalseAlarmResults | None:
    """Mean false alarms without the test record whose patient is in DS1; None if not tested."""
    beats = judged[0].beats
    kept = without_same_subject(
        beats.records,
        beats.labels,
        classes=[beats.classes[label] for label in np.unique(beats.labels)],
        database=database,
    )
    if kept is None:
        return None
    return mean_of([one.of_beats(kept).false_alarms() for one in judged])


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
