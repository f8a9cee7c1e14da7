"""Local and global contrastive losses of W2V+CMSC+RLM."""

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F


def draw_distractors(
    n_windows: int, n_tokens: int, *, n_distractors: int, generator: torch.Generator
) -> Tensor:
    """Draw distractors for each token from the other tokens of its window, with replacement.

    Returns:
        Token indices (n_windows, n_tokens, n_distractors) int64, never the token itself.

    Raises:
        ValueError: there is no other token.
    """
    if n_tokens < 2:
        raise ValueError(
            "a window has fewer than two masked tokens, but the contrastive loss needs two or "
            "more; use longer windows"
        )
    shape = (n_windows, n_tokens, n_distractors)
    other = torch.randint(n_tokens - 1, shape, generator=generator)
    return other + (other >= torch.arange(n_tokens)[:, None])


class LocalContrast(NamedTuple):
    """The local loss, and its value for random guessing."""

    loss: Tensor
    by_chance: Tensor
    """Mean of log(1 + number of distractors that count)."""


def local_contrast(
    context: Tensor, targets: Tensor, *, distractors: Tensor, temperature: float
) -> LocalContrast:
    """Identify the target of each masked token among those of other masked tokens of its window.

    Mean over the tokens of the cross-entropy of cosine similarity / temperature. Distractors equal
    to the target are excluded.

    Args:
        context: (B, n_hidden, width), outputs at the masked tokens.
        targets: (B, n_hidden, width).
        distractors: (B, n_hidden, n), from `draw_distractors`.
        temperature: 0.1 as published.
    """
    # All pairs first, then pick the distractors: gathering their vectors takes far more memory.
    with torch.autocast(context.device.type, enabled=False):  # bf16 is too coarse
        cosine = F.normalize(context, dim=2) @ F.normalize(targets, dim=2).mT
        # (B, n_hidden, n_hidden)
    same = (targets[:, :, None] == targets[:, None]).all(dim=3)
    own = torch.arange(targets.shape[1], device=targets.device)
    candidates = torch.cat([own[None, :, None].expand(len(targets), -1, 1), distractors], dim=2)
    similarity = cosine.gather(2, candidates) / temperature  # (B, n_hidden, 1 + n)
    same = F.pad(same.gather(2, distractors), (1, 0))  # first the target, which is not excluded
    logits = similarity.masked_fill(same, -math.inf).flatten(end_dim=1)  # (B * n_hidden, 1 + n)
    first = torch.zeros(len(logits), dtype=torch.int64, device=logits.device)
    by_chance = (~same).sum(dim=2).log().mean()
    return LocalContrast(F.cross_entropy(logits, first), by_chance)


def global_contrast(
    first: Tensor, second: Tensor, *, recordings: Tensor, temperature: float
) -> Tensor:
    """Contrastive multi-segment coding: match the two segments of a recording, in both directions.

    Kiyasseh, Zhu and Clifton, "CLOCS", ICML 2021. All pairs from one recording are positives, so
    segments of the same recording are never negatives. Vectors are normalised without gradient
    through their norms, as in the published code.

    Args:
        first: (B, width), mean-pooled contexts of segments.
        second: those of the adjacent segments, (B, width).
        recordings: (B,) int, recording index of each pair.
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
