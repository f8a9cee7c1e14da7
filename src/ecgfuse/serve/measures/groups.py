"""Couplets and runs of corrected labels, which a gap in the signal ends.

The model leaves the beats beside a gap unclassified, so its own groups never reach across one. A
person may give them a class.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from ecgfuse.annotate.quality import IN_RHYTHM
from ecgfuse.annotate.statistics import RUN_BEATS, find_groups, known_intervals
from ecgfuse.annotate.summary import Run


def gap_rows(beats: pd.DataFrame) -> np.ndarray:
    """Rows of the beats before which the signal is not usable, (n,) ascending.

    A beat that is noisy itself is no gap: whoever gives it a class has recognised it.

    Args:
        beats: table of beats.
    """
    there = np.isin(beats["flag"].to_numpy(), IN_RHYTHM)
    unknown = np.isnan(known_intervals(beats))
    return 1 + np.flatnonzero(there[1:] & there[:-1] & unknown)


def connected_groups(beats: pd.DataFrame, *, names: Sequence[str]) -> list[Run]:
    """Groups of consecutive beats of one class, isolated ones included, in order of time.

    Args:
        beats: table of beats.
        names: the classes.
    """
    borders = [0, *gap_rows(beats).tolist(), len(beats)]
    return [
        group
        for first, end in pairwise(borders)
        for group in find_groups(beats.iloc[first:end], names=names)
    ]


def count_groups(groups: Sequence[Run], *, name: str) -> dict[str, int]:
    """Isolated beats, couplets and runs of a class, and the beats of its longest run."""
    sizes = [group["beats"] for group in groups if group["name"] == name]
    runs = [size for size in sizes if size >= RUN_BEATS]
    return {
        "single": sizes.count(1),
        "couplets": sizes.count(2),
        "runs": len(runs),
        "longest_run_beats": max(runs, default=0),
    }
