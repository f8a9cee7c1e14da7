"""A description of single beats by numbers that differ between heartbeats and other inputs.

The last features of a network tell normal from abnormal beats and little else: a beat that is
stretched, clipped or replaced by a sine may keep its features. These numbers are of the waveform:
its levels, how steeply it leaves the R peak, where its waves are, how fast it changes, how rough
and how long it is, and whether its beginning occurs again, as the next beat in a piece of 1.2 RR
intervals. They need nothing but the beat, and are tensor operations, which are exported with a
network.
"""

import torch
from torch import Tensor

from ecgfuse.datasets.single_beats import LENGTH

AFTER_PEAK = (1, 2, 4, 6, 9, 12)
"""Samples after the R peak, at which the fall from it is measured: up to 96 ms."""
_QRS = 10
"""Samples from the R peak on for the steepest slope, 80 ms."""
_REST_FROM, _REST_TO, _LEAST_REST = 12, 0.65, 20
"""Between the beats: from 96 ms on, to 65 % of the piece. The next beat begins at 1 / 1.2 of it."""
_LATE_FROM = 0.6
"""The next beat is looked for in the rest, from this share of the piece on."""
_TEMPLATE = 13
"""Samples from the R peak on that are looked for again, 104 ms."""
_NEAR = 0.02
"""Tolerance of a sample at an end of the range."""
_SMALL = 2e-3
"""Added before logarithms: below the noise of real recordings."""
_VARIANCE = 1e-4
"""Added to variances, so that a flat line has no changes."""
_NORM = 1e-2
"""Added to the norms of a correlation, so that flat lines have none."""

LAGS = (1, 2, 4, 8, 16, 32)
"""Samples between two points whose difference is measured: from 8 to 256 ms."""

N_NUMBERS = 26 + len(AFTER_PEAK) + len(LAGS)
"""Numbers per beat."""


def describe(ecg: Tensor) -> Tensor:
    """Describe beats (B, 187) in [0, 1] by (B, N_NUMBERS) float32."""
    at = torch.arange(LENGTH)
    end = beat_end(ecg)  # (B, 1)
    inside = (at < end).float()
    last_of_rest = (_REST_TO * end).clamp(min=_LEAST_REST)
    rest = inside * (at >= _REST_FROM) * (at < last_of_rest)
    parts = [
        _levels(ecg, inside=inside, rest=rest),
        ecg[:, :1] - ecg[:, AFTER_PEAK],
        _waves(ecg, rest=rest),
        _changes(ecg, inside=inside),
        _roughness(ecg, inside=inside, rest=rest, end=end),
        _next_beat(ecg, end=end),
    ]
    return torch.cat(parts, dim=1)


def beat_end(ecg: Tensor) -> Tensor:
    """Samples of each beat before the zeros that follow it, (B, 1) float32."""
    return ((ecg != 0) * (torch.arange(LENGTH) + 1.0)).amax(dim=1, keepdim=True)


def _levels(ecg: Tensor, *, inside: Tensor, rest: Tensor) -> Tensor:
    """Level of R, of the rest, its spread and range, lowest and highest, length, and rails."""
    low = _lowest(ecg, where=inside)
    high = _highest(ecg, where=inside)
    mean = _mean(ecg, where=rest)
    spread = _mean((ecg - mean).square(), where=rest).sqrt()
    span = _highest(ecg, where=rest) - _lowest(ecg, where=rest)
    at_top = (inside * (ecg > high - _NEAR)).sum(dim=1, keepdim=True)
    at_bottom = (inside * (ecg < low + _NEAR)).sum(dim=1, keepdim=True)
    length = inside.sum(dim=1, keepdim=True) / LENGTH
    rails = [(1 + at_top).log10(), (1 + at_bottom).log10()]
    return torch.cat([ecg[:, :1], mean, spread, span, low, high, length, *rails], dim=1)


def _waves(ecg: Tensor, *, rest: Tensor) -> Tensor:
    """Log of the places of the highest and lowest sample of the rest, and level and place of S."""
    top = torch.where(rest > 0, ecg, -1.0).argmax(dim=1, keepdim=True)
    bottom = torch.where(rest > 0, ecg, 2.0).argmin(dim=1, keepdim=True)
    places = torch.cat([top, bottom], dim=1).clamp(min=_REST_FROM).float().log()
    low, place = ecg[:, : _REST_FROM + 1].min(dim=1, keepdim=True)
    return torch.cat([places, low - _mean(ecg, where=rest), place.float()], dim=1)


def _changes(ecg: Tensor, *, inside: Tensor) -> Tensor:
    """Log of the mean square difference over each of LAGS, as a share of the variance."""
    mean = _mean(ecg, where=inside)
    variance = _mean((ecg - mean).square(), where=inside) + _VARIANCE
    parts = [
        _mean((ecg[:, lag:] - ecg[:, :-lag]).square(), where=inside[:, lag:]) / variance
        for lag in LAGS
    ]
    return (_VARIANCE + torch.cat(parts, dim=1)).log10()


def _roughness(ecg: Tensor, *, inside: Tensor, rest: Tensor, end: Tensor) -> Tensor:
    """Slope and curvature of the rest and of the QRS complex, variation and turning points."""
    slope, bend = ecg.diff(dim=1), ecg.diff(n=2, dim=1)
    slope_rest = _mean(slope.square(), where=rest[:, 1:]).sqrt()
    bend_rest = _mean(bend.square(), where=rest[:, 2:]).sqrt()
    slope_qrs = slope[:, :_QRS].abs().amax(dim=1, keepdim=True)
    bend_qrs = bend[:, :_QRS].abs().amax(dim=1, keepdim=True)
    logs = [(_SMALL + part).log10() for part in (slope_rest, bend_rest, slope_qrs, bend_qrs)]
    moves = slope * inside[:, 1:]
    variation = (0.1 + moves.abs().sum(dim=1, keepdim=True)).log10()
    turns = (moves[:, 1:] * moves[:, :-1] < 0).float().sum(dim=1, keepdim=True)
    turning = [(1 + turns).log10(), turns / end.clamp(min=10)]
    return torch.cat([*logs, variation, *turning], dim=1)


def _next_beat(ecg: Tensor, *, end: Tensor) -> Tensor:
    """Height and place of the late peak, and where the beginning occurs again, and how alike."""
    at = torch.arange(LENGTH)
    share = end.clamp(min=1)
    late = ((at < end) * (at >= (_LATE_FROM * end).clamp(min=_REST_FROM))).float()
    heights = ecg * late
    peak, place = heights.max(dim=1, keepdim=True)
    # 0 where the piece ends with the window of 187 samples, and the next beat may lie beyond.
    closing = (ecg * (at == end - 1)).sum(dim=1, keepdim=True) * (end < LENGTH)
    alike = _correlation(ecg)  # (B, 175)
    begins = torch.arange(alike.shape[1])
    fits = (begins >= _REST_FROM) * (begins + _TEMPLATE <= end)
    alike = torch.where(fits, alike, -1.0)
    again, where = alike.max(dim=1, keepdim=True)
    early = torch.where(begins < 0.55 * end, alike, -1.0).amax(dim=1, keepdim=True)
    return torch.cat([peak, place / share, closing, again, where / share, early], dim=1)


def _correlation(ecg: Tensor) -> Tensor:
    """Correlation of the first 13 samples with those from each sample on, (B, 175)."""
    windows = ecg.unfold(1, _TEMPLATE, 1)
    windows = windows - windows.mean(dim=2, keepdim=True)  # (B, 175, 13)
    norms = windows.square().sum(dim=2).sqrt()
    products = (windows * windows[:, :1]).sum(dim=2)
    return products / (norms * norms[:, :1] + _NORM)


def _mean(values: Tensor, *, where: Tensor) -> Tensor:
    """Mean over the samples that are marked, (B, 1); 0 if none is."""
    total = (values * where).sum(dim=1, keepdim=True)
    return total / where.sum(dim=1, keepdim=True).clamp(min=1)


def _lowest(ecg: Tensor, *, where: Tensor) -> Tensor:
    """Lowest marked sample, (B, 1); 1 if none is."""
    return torch.where(where > 0, ecg, 1.0).amin(dim=1, keepdim=True)


def _highest(ecg: Tensor, *, where: Tensor) -> Tensor:
    """Highest marked sample, (B, 1); 0 if none is."""
    return torch.where(where > 0, ecg, 0.0).amax(dim=1, keepdim=True)
