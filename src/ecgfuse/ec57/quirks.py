"""Limits of the WFDB program `bxb` that `ecgfuse score` reproduces only on request.

Found in its source (WFDB 10.7, app/bxb.c) and described in docs/ec57.md; nothing is copied.
"""

from dataclasses import replace

import numpy as np

from ecgfuse.ec57.episodes import NEVER, Episodes
from ecgfuse.ec57.labels import BeatLabels

NO_LABEL = ""
"""Class of the beat that `bxb` has at sample 0 of both files before it reads them; a pair with it
is not counted."""
_REMEMBERED = 2


def as_read_by_bxb(reference: BeatLabels, test: BeatLabels) -> tuple[BeatLabels, BeatLabels]:
    """Both files with the beat at sample 0 that `bxb` begins with, and its open episodes."""
    reference, test = _with_first_beat(reference), _with_first_beat(test)
    return (
        replace(reference, fibrillation=_with_stale_end(reference.fibrillation)),
        replace(test, shutdowns=_with_stale_end(test.shutdowns)),
    )


def remembered(episodes: Episodes, *, current: int) -> Episodes:
    """The last two of the episodes that `bxb` has met while the beat `current` is compared.

    It has read one beat further then.
    """
    met = np.flatnonzero(episodes.beats_before <= current + 1)[-_REMEMBERED:]
    return Episodes(
        first=episodes.first[met],
        last=episodes.last[met],
        beats_before=episodes.beats_before[met],
    )


def _with_first_beat(labels: BeatLabels) -> BeatLabels:
    return replace(
        labels,
        samples=np.concatenate([[0], labels.samples]),
        classes=np.concatenate([np.array([NO_LABEL], dtype="<U1"), labels.classes]),
        fibrillation=_one_beat_later(labels.fibrillation),
        shutdowns=_one_beat_later(labels.shutdowns),
    )


def _one_beat_later(episodes: Episodes) -> Episodes:
    return replace(episodes, beats_before=episodes.beats_before + 1)


def _with_stale_end(episodes: Episodes) -> Episodes:
    """The episodes as `bxb` stores one that is left open.

    It keeps the end of the previous episode then. So an open episode ends before it begins, unless
    it is the first one.
    """
    if len(episodes.last) == 1 or not np.any(episodes.last == NEVER):
        return episodes
    return replace(episodes, last=np.concatenate([episodes.last[:-1], episodes.last[-2:-1]]))
