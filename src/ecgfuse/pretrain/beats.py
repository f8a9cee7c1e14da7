"""Beats as the windows of pretraining: what a fusion sees of a beat, without its label.

The published windows are ten seconds of ECG. Here the backbone is to be handed to the fusions, so
it learns from the rows that they read (studies/ssl12 has the published windows). Of W2V+CMSC+RLM,
the two adjacent segments are a beat and the one after it.

Rows of different segments show the same instant at different places, so part of what is hidden in
one row can be read off in another: the tasks are easier than in a recording.
"""

import torch
from torch import Tensor

from ecgfuse.models.encoder import BEAT_PATCHES, beat_patch
from ecgfuse.pretrain.config import ObjectiveName
from ecgfuse.pretrain.windows import Windows, WindowShape

_CLIP_SHARE = 0.375
"""A row holds about one cardiac cycle of 0.9 s and half of one is 0.4 s, so little less than half:
the clip before it has to fit in, too."""
_SPAN = 2
"""Tokens of a span: an eighth of a beat, where the published 10 are a sixteenth of five seconds.
A single token could be guessed from its neighbours."""


def beat_shape(ecg: Tensor) -> WindowShape:
    """The shape of such beats, (n_beats, n_rows, length), and how large each row usually is.

    Beats are z-scored, but their deviations from the median beat are several times as large.

    Raises:
        ValueError: patches do not cover the beats.
    """
    _, n_rows, length = ecg.shape
    return WindowShape(
        n_leads=n_rows,
        n_patches=BEAT_PATCHES,
        patch=beat_patch(length),
        clip=int(_CLIP_SHARE * length),
        span=_SPAN,
        scales=tuple(ecg.square().mean(dim=(0, 2)).sqrt().clamp(min=1e-6).tolist()),
    )


def beat_windows(ecg: Tensor, *, records: Tensor, objective: ObjectiveName) -> Windows:
    """The windows that an objective reads.

    Args:
        ecg: (n_beats, n_rows, length), in order of record and time.
        records: (n_beats,) int, the record of each beat.

    Returns:
        The beats; for W2V+CMSC+RLM each beat with the next of its record that has one of the four
        classes (others are not cut), side by side in time,
        (n_pairs, n_rows, 2 * length).
    """
    if objective != "w2v_cmsc_rlm":
        return Windows(ecg, records)
    (first,) = torch.nonzero(records[:-1] == records[1:], as_tuple=True)
    return Windows(torch.cat([ecg[first], ecg[first + 1]], dim=2), records[first])
