"""Atrous spatial pyramid pooling and squeeze-and-excitation, the building blocks of MACNN-SE.

References: DAEAC (Wang et al., Neurocomputing 454:339-349, 2021), the source of the network;
Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn

Activation = Literal["relu", "tanh"]


class ASPP(nn.Module):
    """Parallel dilated convolutions along time, concatenated along the channels.

    Args:
        in_channels: channels of the input and of every branch.
        dilations: one branch per dilation, in samples of the feature map.
        activation: after the batch norm; DAEAC offers both.
    """

    def __init__(
        self, in_channels: int, *, dilations: Sequence[int], activation: Activation = "relu"
    ) -> None:
        super().__init__()
        self.activate = {"relu": torch.relu_, "tanh": torch.tanh_}[activation]
        self.branches = nn.ModuleList(
            nn.Conv2d(
                in_channels,
                in_channels,
                kernel_size=(1, 3),
                padding=(0, dilation),
                dilation=(1, dilation),
            )
            for dilation in dilations
        )
        # One batch norm over all branches computes the same as one per branch, in fewer calls.
        self.norm = nn.BatchNorm2d(in_channels * len(dilations))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, 1, L) -> (B, C * n_dilations, 1, L)."""
        branches = torch.cat([branch(x) for branch in self.branches], dim=1)
        return self.activate(self.norm(branches))


class SqueezeExcitation(nn.Module):
    """Channel gates from the mean over time; linear layers without bias, as in DAEAC."""

    def __init__(self, channels: int, *, reduction: int) -> None:
        super().__init__()
        if channels % reduction:
            raise ValueError(
                f"model.se_reductions: {reduction} does not divide the {channels} channels of its "
                "stage; use a divisor, such as 4"
            )
        self.gates = nn.Sequential(
            nn.Linear(channels, channels // reduction, bias=False),
            nn.ReLU(),
            nn.Linear(channels // reduction, channels, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, 1, L) -> (B, C, 1, L), each channel scaled by its gate in (0, 1)."""
        # Not mean(): its gradient divides all C * L values, this one the C sums.
        gates = self.gates(x.sum(dim=(2, 3)) / x.shape[3])  # (B, C)
        return x * gates[:, :, None, None]
