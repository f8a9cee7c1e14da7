"""The Nextclip task of MAE-Nextclip: predict the next half cardiac cycle from [CLS] alone.

Source: as mae_moco.py. The encoder's input is zero from the start of the clip on, so that nothing
of the clip can leak through a patch that spans its start.
"""

import torch
from torch import Tensor, nn

from ecgfuse.models.vit import Block, initialise
from ecgfuse.pretrain.mae import DecoderSize
from ecgfuse.pretrain.windows import WindowShape


class ClipDecoder(nn.Module):
    """[CLS] (B, in_width) -> the next clip, (B, n_leads, clip), without mask tokens.

    As published, its block attends to a single token, so attention reduces to the value projection:
    a softmax over one key is 1.
    """

    def __init__(self, size: DecoderSize, *, in_width: int, shape: WindowShape) -> None:
        super().__init__()
        self.shape = (shape.n_leads, shape.clip)
        self.embed = nn.Linear(in_width, size.width)
        self.blocks = nn.Sequential(
            *(
                Block(size.width, n_heads=size.n_heads, mlp_ratio=size.mlp_ratio)
                for _ in range(size.depth)
            )
        )
        self.norm = nn.LayerNorm(size.width)
        self.samples = nn.Linear(size.width, shape.n_leads * shape.clip)
        initialise(self)

    def forward(self, cls: Tensor) -> Tensor:
        """Decode one token per window."""
        token = self.blocks(self.embed(cls)[:, None])  # (B, 1, width)
        return self.samples(self.norm(token)).view(-1, *self.shape)  # (B, n_leads, clip)


def draw_starts(n_windows: int, *, n_samples: int, clip: int, generator: torch.Generator) -> Tensor:
    """Draw the start of each clip, (n_windows,) int64, in samples.

    At least one clip length precedes it, and the whole clip lies in the window.

    Raises:
        ValueError: the window is shorter than two clips.
    """
    if n_samples < 2 * clip:
        raise ValueError(
            f"a window has {n_samples} samples, but must hold two clips of {clip}; use longer "
            "windows or shorter clips"
        )
    return torch.randint(clip, n_samples - clip + 1, (n_windows,), generator=generator)


def hide_future(signal: Tensor, starts: Tensor) -> Tensor:
    """Set the signal (B, n_leads, n_samples) to zero from the start of each window's clip on."""
    time = torch.arange(signal.shape[2], device=signal.device)
    return signal.masked_fill((time >= starts[:, None])[:, None], 0.0)


def cut_clips(signal: Tensor, starts: Tensor, *, clip: int) -> Tensor:
    """Cut `clip` samples from each start, (B, n_leads, clip)."""
    index = starts[:, None] + torch.arange(clip, device=signal.device)  # (B, clip)
    return signal.gather(2, index[:, None].expand(-1, signal.shape[1], -1))
