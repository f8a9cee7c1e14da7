"""Bootstrap of the test records: how far a result depends on these patients.

Beats of one patient are similar, so whole records are drawn with replacement, each with all its
beats (cluster bootstrap; Davison and Hinkley, Bootstrap Methods and their Application, 1997,
section 3.8). The trained networks are taken as given.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ecgfuse.evaluate.results import Interval

COVERAGE = 0.95


@dataclass(frozen=True)
class Resamples:
    """Draws of records, each record with all its beats."""

    record_of_beat: np.ndarray
    """(n_beats,) int: the column of `times` for each beat."""
    times: np.ndarray
    """(n_draws, n_records) int: how often a record is in a draw; each row sums to n_records."""

    def __len__(self) -> int:
        return len(self.times)


def draw_records(
    records: np.ndarray,
    labels: np.ndarray,
    *,
    classes: Sequence[str],
    n_draws: int,
    rng: np.random.Generator,
) -> Resamples:
    """Draw as many records as there are, with replacement, n_draws times.

    Draws that lack a class are left out, since most scores are undefined there. If the beats have
    all classes, at least about one draw in ten is kept.

    Args:
        records: (n_beats,), the name of each beat's record.
        labels: (n_beats,) int, indices into `classes`; every class must occur.
        n_draws: 100 or more, so that some are kept.
    """
    names, record_of_beat = np.unique(records, return_inverse=True)
    share = np.full(len(names), 1 / len(names))
    times = rng.multinomial(len(names), share, size=n_draws)
    beats = np.zeros((len(names), len(classes)), dtype=np.int64)
    np.add.at(beats, (record_of_beat, labels), 1)
    scorable = (times @ beats > 0).all(axis=1)
    return Resamples(record_of_beat=record_of_beat, times=times[scorable])


def interval(values: np.ndarray) -> Interval:
    """The middle 95 % of the values of all draws (percentile interval)."""
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(values, (tail, 1 - tail))
    return {"low": float(low), "high": float(high)}
