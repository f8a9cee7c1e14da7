"""Which patches, spans or leads of a window a model does not see.

Everything is drawn on the CPU from the generator that is passed in, so that a GPU hides the same.
"""

import torch
from torch import Tensor


def mask_patches(
    n_windows: int, n_patches: int, *, ratio: float, generator: torch.Generator
) -> Tensor:
    """Hide the same number of patches in every window, each choice equally likely.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners", CVPR 2022, section 3.

    Args:
        ratio: share of the patches that is hidden, above 0 and below 1; at least one patch is
            hidden and one stays.

    Returns:
        (n_windows, n_patches) bool, True where hidden.
    """
    n_hidden = min(max(round(ratio * n_patches), 1), n_patches - 1)
    order = torch.rand(n_windows, n_patches, generator=generator).argsort(dim=1)
    return torch.zeros(n_windows, n_patches, dtype=torch.bool).scatter(1, order[:, :n_hidden], True)


def visible_tokens(tokens: Tensor, mask: Tensor) -> Tensor:
    """The tokens that are not hidden, in their order.

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
    """Hide spans of tokens that may overlap; every window gets the same number of hidden tokens.

    Source: wav2vec 2.0 (Baevski et al., NeurIPS 2020, section 3.1) as W2V+CMSC+RLM uses it: of a
    window of n tokens, int(probability * n / span + U[0, 1)) tokens begin a span, at least two.
    In windows with more hidden tokens than others a random choice of them is shown again, so that
    the losses of all windows have as many terms.

    Args:
        probability: share of the tokens that would be hidden if spans never met, such as 0.65.
        span: tokens of a span, below n_tokens.

    Returns:
        (n_windows, n_tokens) bool, True where hidden.

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
    # Hidden tokens in random order before the others, of which as many as in the least stay.
    order = (torch.rand(mask.shape, generator=generator) + ~mask).argsort(dim=1)
    return torch.zeros_like(mask).scatter(1, order[:, :fewest], True)


def mask_leads(
    n_windows: int, n_leads: int, *, probability: float, generator: torch.Generator
) -> Tensor:
    """Hide each lead of each window on its own: random lead masking (Oh et al., CHIL 2022).

    A window may lose all of its leads.

    Returns:
        (n_windows, n_leads) bool, True where hidden.
    """
    return torch.rand(n_windows, n_leads, generator=generator) < probability
