"""Leave the waveform of some training beats out, so that RR learns to stand alone."""

import torch
from torch import Tensor, nn


class WaveformDropout(nn.Module):
    """Set all tokens of a beat to zero, in training, with a probability.

    Networks soon know their training patients by the waveform, and then stop to learn from the RR
    features, which are the same in new patients. Beats that come without a waveform keep that part
    learning. The dropping of whole modalities is from ModDrop (Neverova et al., "ModDrop: adaptive
    multi-modal gesture recognition", PAMI 2016, section 3.3).

    Args:
        p: probability, 0 to below 1.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, T, C) -> the same shape. Not scaled up: what remains is whole."""
        if not self.training or not self.p:
            return tokens
        kept = torch.rand(len(tokens), 1, 1, device=tokens.device) >= self.p
        return tokens * kept.to(tokens.dtype)
