"""RR features as the published code computes them, from the times of all marks of a record."""

from dataclasses import dataclass

import numpy as np

N_RATIOS, N_FEATURES = 2, 7

_LOCAL = 10
_LEAST_MS = 1.0
"""Denominators are at least 1 ms: two marks may share a sample."""
_LEAST_USUAL_MS = 50.0
"""Shorter intervals do not count in the mean over the record."""


@dataclass(frozen=True)
class PublishedRR:
    """Features of every mark of a record."""

    ratios: np.ndarray
    """(n_marks, 2) float32: interval before the mark / mean of all so far, this one included, and
    / mean of the last ten; 1 for the first mark. The RR rows of opt2 and opt3."""
    features: np.ndarray
    """(n_marks, 7) float32: pre/local, pre/post, pre/previous pre, post/local, local/global,
    pre/pre two before, post/next post. What joins late, in opt1 and opt3."""


def published_rr(times_ms: np.ndarray) -> PublishedRR:
    """Compute the features from ascending times in ms, (n_marks,), two or more.

    The first interval before a mark and the last one after a mark are missing: they are copied from
    their neighbour.
    """
    rr = np.diff(times_ms)
    pre = np.concatenate([rr[:1], rr])  # (n_marks,)
    post = np.concatenate([rr, rr[-1:]])
    count = np.arange(1, len(pre) + 1)
    sums = np.concatenate([[0.0], np.cumsum(pre)])
    so_far = sums[1:] / count
    first = np.maximum(count - _LOCAL, 0)
    local = (sums[count] - sums[first]) / (count - first)
    usual = pre[pre > _LEAST_USUAL_MS]
    overall = np.full(len(pre), usual.mean() if len(usual) else local.mean())
    ratios = np.stack([_ratio(pre, so_far), _ratio(pre, local)], axis=1)
    ratios[0] = 1.0
    features = [
        _ratio(pre, local),
        _ratio(pre, post),
        _ratio(pre, _earlier(pre, by=1)),
        _ratio(post, local),
        _ratio(local, overall),
        _ratio(pre, _earlier(pre, by=2)),
        _ratio(post, np.append(post[1:], post[-1])),
    ]
    return PublishedRR(
        ratios=ratios.astype(np.float32), features=np.stack(features, axis=1).astype(np.float32)
    )


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return part / np.maximum(whole, _LEAST_MS)


def _earlier(values: np.ndarray, *, by: int) -> np.ndarray:
    """The values of earlier marks; the first ones have the first value."""
    return np.concatenate([np.repeat(values[:1], by), values])[: len(values)]
