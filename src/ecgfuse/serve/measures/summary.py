"""The summary of a recording from its corrected labels."""

from collections.abc import Mapping, Sequence

import pandas as pd

from ecgfuse.annotate.classes import BeatClasses
from ecgfuse.annotate.quality import UNCLASSIFIED
from ecgfuse.annotate.statistics import count_classes, find_runs, summarise_beats
from ecgfuse.serve.measures.beats import classes_of
from ecgfuse.serve.measures.doubt import DOUBT_BELOW, doubtful
from ecgfuse.serve.measures.groups import connected_groups, count_groups
from ecgfuse.serve.measures.rhythm import ALTERNATIONS, Alternation, find_alternations

_PRIVATE = ("path",)
"""Fields that name a place on the server."""


def corrected_summary(
    summary: Mapping[str, object], *, beats: pd.DataFrame, duration_s: float
) -> dict[str, object]:
    """The summary of an analysis with everything that depends on the labels counted again.

    Args:
        summary: `RecordingSummary` of the analysis, from the labels of the model.
        beats: table of beats with the columns class, corrected, and model_class.
        duration_s: length of the recording.

    Returns:
        The same fields but the path, and: of each hour, its burden; alternations (bigeminy,
        trigeminy) and their totals by class; doubt; and the number of corrected beats.
    """
    classes = classes_of(beats)
    counted = summarise_beats(beats, duration_s=duration_s, classes=classes)
    groups = connected_groups(beats, names=classes.grouped)
    episodes = find_alternations(beats, names=classes.grouped)
    return {
        **{name: value for name, value in summary.items() if name not in _PRIVATE},
        **counted,
        "ectopy": {name: count_groups(groups, name=name) for name in classes.grouped},
        "runs": find_runs(groups),
        "hours": [{**hour, "burden": _burden(hour, classes)} for hour in counted["hours"]],
        "alternations": episodes,
        **{kind: _totals(episodes, kind=kind, names=classes.grouped) for kind in ALTERNATIONS},
        "doubt": {"below": DOUBT_BELOW, "beats": int(doubtful(beats).sum())},
        "corrected": int((beats["class"] != beats["model_class"]).sum()),
    }


def corrected_counts(summary: Mapping[str, object], *, beats: pd.DataFrame) -> dict[str, object]:
    """The summary of single beats, which have no rhythm, with the labels counted again.

    Args:
        summary: of the analysis, from the labels of the model.
        beats: table of beats with the columns class, corrected, and model_class.
    """
    classes = classes_of(beats)
    counts = count_classes(beats, classes=classes)
    classified = len(beats) - counts[UNCLASSIFIED]
    return {
        **{name: value for name, value in summary.items() if name not in _PRIVATE},
        "counts": counts,
        "burden": {
            name: round(counts[name] / classified, 6) if classified else None
            for name in classes.names[1:]
        },
        "doubt": {"below": DOUBT_BELOW, "beats": int(doubtful(beats).sum())},
        "corrected": int((beats["class"] != beats["model_class"]).sum()),
    }


def _burden(hour: Mapping[str, float | None], classes: BeatClasses) -> dict[str, float | None]:
    """Fraction of each class but N among the classified beats of an hour; None without any."""
    counts = {name: hour[name] or 0 for name in classes.columns if name != UNCLASSIFIED}
    classified = sum(counts.values())
    return {
        name: round(counts[name] / classified, 6) if classified else None
        for name in classes.names[1:]
    }


def _totals(
    episodes: Sequence[Alternation], *, kind: str, names: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Class -> episodes, their ectopic beats, those of the longest, and seconds."""
    totals: dict[str, dict[str, float]] = {}
    for name in names:
        of_class = [one for one in episodes if one["kind"] == kind and one["name"] == name]
        beats = [one["beats"] for one in of_class]
        totals[name] = {
            "episodes": len(of_class),
            "beats": sum(beats),
            "longest_beats": max(beats, default=0),
            "seconds": round(sum(one["end_s"] - one["start_s"] for one in of_class), 3),
        }
    return totals
