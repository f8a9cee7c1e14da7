"""The local and the global contrastive loss of W2V+CMSC+RLM."""

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F


def draw_distractors(
    n_windows: int, n_tokens: int, *, n_distractors: int, generator: torch.Generator
) -> Tensor:
    """For each token of each window, other tokens of the same window, with replacement.

    Returns:
        (n_windows, n_tokens, n_distractors) int64, never the token itself.

    Raises:
        ValueError: there is no other token.
    """
    if n_tokens < 2:
        raise ValueError("a window has one hidden token, but two are needed to tell them apart")
    shape = (n_windows, n_tokens, n_distractors)
    other = torch.randint(n_tokens - 1, shape, generator=generator)
    return other + (other >= torch.arange(n_tokens)[:, None])


class LocalContrast(NamedTuple):
    """The local loss, and that of a guess."""

    loss: Tensor
    by_chance: Tensor
    """Mean of log(1 + the distractors that count)."""


def local_contrast(
    context: Tensor, targets: Tensor, *, distractors: Tensor, temperature: float
) -> LocalContrast:
    """Find the target of each hidden token among those of other hidden tokens of its window.

    Mean over the tokens of the cross-entropy of cosine similarities over the temperature. A
    distractor that is the target itself does not count.

    Args:
        context: (B, n_hidden, width), of the hidden tokens.
        targets: (B, n_hidden, width).
        distractors: (B, n_hidden, n), as `draw_distractors`.
        temperature: 0.1 as published.
    """
    # All pairs at once, then the distractors are picked: their vectors would take far more memory.
    with torch.autocast(context.device.type, enabled=False):  # bf16 is too coarse
        cosine = F.normalize(context, dim=2) @ F.normalize(targets, dim=2).mT
        # (B, n_hidden, n_hidden)
    same = (targets[:, :, None] == targets[:, None]).all(dim=3)
    own = torch.arange(targets.shape[1], device=targets.device)
    candidates = torch.cat([own[None, :, None].expand(len(targets), -1, 1), distractors], dim=2)
    similarity = cosine.gather(2, candidates) / temperature  # (B, n_hidden, 1 + n)
    same = F.pad(same.gather(2, distractors), (1, 0))  # the target itself stands first, and counts
    logits = similarity.masked_fill(same, -math.inf).flatten(end_dim=1)  # (B * n_hidden, 1 + n)
    first = torch.zeros(len(logits), dtype=torch.int64, device=logits.device)
    by_chance = (~same).sum(dim=2).log().mean()
    return LocalContrast(F.cross_entropy(logits, first), by_chance)


def global_contrast(
    first: Tensor, second: Tensor, *, recordings: Tensor, temperature: float
) -> Tensor:
    """Contrastive multi-segment coding: the two segments of a recording find each other.

    Kiyasseh, Zhu and Clifton, "CLOCS", ICML 2021. Positives are all pairs of one recording, so that
    two segments of the same recording in a batch are no negatives; mean of both directions. Lengths
    are divided out without a gradient of their own, as in the published code.

    Args:
        first, second: (B, width), mean-pooled contexts of adjacent segments.
        recordings: (B,) int, which recording each pair is from.
        temperature: 0.1 as published.
    """
    with torch.autocast(first.device.type, enabled=False):
        similarity = _direction(first) @ _direction(second).T / temperature  # (B, B)
    positive = recordings[:, None] == recordings
    losses = [
        -(logits.log_softmax(dim=1)[positive]).mean() for logits in (similarity, similarity.T)
    ]
    return torch.stack(losses).mean()


def _direction(x: Tensor) -> Tensor:
    return x / x.detach().norm(dim=1, keepdim=True).clamp(min=1e-8)
