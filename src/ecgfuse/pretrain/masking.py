"""Random masks of patches, spans of tokens, and leads.

Masks are drawn on the CPU from the given generator, so they are the same with a GPU.
"""

import torch
from torch import Tensor


def mask_patches(
    n_windows: int, n_patches: int, *, ratio: float, generator: torch.Generator
) -> Tensor:
    """Mask the same number of random patches in every window.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners", CVPR 2022, section 3.

    Args:
        ratio: share of the patches to mask, above 0 and below 1; at least one patch is masked and
            one stays visible.

    Returns:
        (n_windows, n_patches) bool, True where masked.
    """
    n_hidden = min(max(round(ratio * n_patches), 1), n_patches - 1)
    order = torch.rand(n_windows, n_patches, generator=generator).argsort(dim=1)
    return torch.zeros(n_windows, n_patches, dtype=torch.bool).scatter(1, order[:, :n_hidden], True)


def visible_tokens(tokens: Tensor, mask: Tensor) -> Tensor:
    """Select the tokens that are not masked, in order.

    Args:
        tokens: (B, T, width).
        mask: (B, T) bool, with the same number of True in every row.

    Returns:
        (B, T - n_hidden, width).
    """
    return tokens[~mask].view(len(tokens), -1, tokens.shape[2])


def mask_spans(
    n_windows: int,
    n_tokens: int,
    *,
    probability: float,
    span: int,
    generator: torch.Generator,
) -> Tensor:
    """Mask spans of tokens, which may overlap; every window has the same number of masked tokens.

    Source: wav2vec 2.0 (Baevski et al., NeurIPS 2020, section 3.1) as used by W2V+CMSC+RLM: in a
    window of n tokens, int(probability * n / span + U[0, 1)) spans start, at least two. In windows
    with more masked tokens than the least masked one, a random choice of them is unmasked, so that
    all windows contribute equally many terms to the loss.

    Args:
        probability: share of masked tokens if spans did not overlap, such as 0.65.
        span: tokens per span, below n_tokens.

    Returns:
        (n_windows, n_tokens) bool, True where masked.

    Raises:
        ValueError: a span is as long as the window.
    """
    if not 1 <= span < n_tokens:
        raise ValueError(
            f"span is {span}, but must lie between 1 and the {n_tokens} tokens of a window; use "
            "longer windows"
        )
    chance = torch.rand(n_windows, generator=generator)
    n_spans = (probability * n_tokens / span + chance).int().clamp(min=2)
    mask = torch.zeros(n_windows, n_tokens, dtype=torch.bool)
    for row, n in zip(mask, n_spans.tolist(), strict=True):
        starts = torch.randperm(n_tokens - span + 1, generator=generator)[:n]
        row[(starts[:, None] + torch.arange(span)).flatten()] = True
    fewest = int(mask.sum(dim=1).min())
    # Masked tokens in random order, then the others; the first `fewest` stay masked.
    order = (torch.rand(mask.shape, generator=generator) + ~mask).argsort(dim=1)
    return torch.zeros_like(mask).scatter(1, order[:, :fewest], True)


def mask_leads(
    n_windows: int, n_leads: int, *, probability: float, generator: torch.Generator
) -> Tensor:
    """Mask each lead of each window independently: random lead masking (Oh et al., CHIL 2022).

    All leads of a window may be masked.

    Returns:
        (n_windows, n_leads) bool, True where masked.
    """
    return torch.rand(n_windows, n_leads, generator=generator) < probability
