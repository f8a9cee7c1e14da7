"""Unlabelled beats as pretraining windows: the signal rows that the fusions read.

The published windows are ten seconds of ECG (see studies/ssl12). Here the backbone is passed on to
the fusions, so it is pretrained on their rows. For W2V+CMSC+RLM, a beat and the next one are the
two adjacent segments.

Rows cut around different beats overlap in time, so part of what is masked in one row is visible in
another: the tasks are easier than on a recording.
"""

import torch
from torch import Tensor

from ecgfuse.models.encoder import BEAT_PATCHES, beat_patch
from ecgfuse.pretrain.config import ObjectiveName
from ecgfuse.pretrain.windows import Windows, WindowShape

_CLIP_SHARE = 0.375
"""A row lasts about 0.9 s and half a cardiac cycle about 0.4 s, so slightly less than half of the
row: the preceding clip has to fit, too."""
_SPAN = 2
"""Tokens per span: 1/8 of a beat, where the published 10 are 1/16 of five seconds. A single token
could be interpolated from its neighbours."""


def beat_shape(ecg: Tensor) -> WindowShape:
    """Shape of beats (n_beats, n_rows, length), with the RMS amplitude of each row as its scale.

    Beats are z-scored, but their differences from the median beat are several times as large.

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
    """The windows for an objective.

    Args:
        ecg: (n_beats, n_rows, length), in order of record and time.
        records: (n_beats,) int, the record of each beat.

    Returns:
        The beats; for W2V+CMSC+RLM each beat concatenated in time with the next beat of its record,
        (n_pairs, n_rows, 2 * length). Beats outside the four classes are skipped.
    """
    if objective != "w2v_cmsc_rlm":
        return Windows(ecg, records)
    (first,) = torch.nonzero(records[:-1] == records[1:], as_tuple=True)
    return Windows(torch.cat([ecg[first], ecg[first + 1]], dim=2), records[first])
