"""MACNN-SE, the backbone of all three fusions (DAEAC, Wang et al., 2021)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ecgfuse.models.aspp import ASPP, Activation, SqueezeExcitation


class PreActivationBlock(nn.Module):
    """BN-ReLU-conv-BN-ReLU-conv with an identity path, downsampled by average pooling.

    Args:
        channels: of input and output.
        stride: of the block along time.
        stochastic_depth: probability per beat of skipping the body in training; the body of other
            beats is scaled up to keep the mean (Huang et al., "Deep Networks with Stochastic
            Depth", ECCV 2016, which scales down in evaluation instead).
    """

    def __init__(self, channels: int, *, stride: int, stochastic_depth: float = 0.0) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, kernel_size=(1, 3), stride=(1, stride), padding=(0, 1)),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, kernel_size=(1, 3), padding=(0, 1)),
        )
        self.stride = stride
        self.stochastic_depth = stochastic_depth

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, 1, L) -> (B, C, 1, L / stride)."""
        body = self.body(x)
        if self.training and self.stochastic_depth:
            kept = torch.empty(len(x), 1, 1, 1).bernoulli_(1 - self.stochastic_depth)
            body = body * (kept / (1 - self.stochastic_depth)).to(body)
        if self.stride == 1:
            return body + x
        # Average pooling written out: on a CPU nn.AvgPool2d is several times slower.
        parts = [x[..., offset :: self.stride] for offset in range(self.stride)]
        return body + sum(parts[1:], start=parts[0]) / self.stride


class MACNNSE(nn.Module):
    """Rows of one beat -> a sequence of tokens of `out_channels` values.

    With the four published dilations: 4 -> 16 -> 64 -> 256 channels and one token per two samples.
    The mean over the tokens is the published 256-d feature.

    Args:
        n_rows: rows of the input; 1 is a single ECG row.
        dilations: of every ASPP.
        se_reductions: of the three squeeze-and-excitation blocks.
        stem_channels: channels after the first convolution, 4 as published.
        stochastic_depth: of the two residual blocks.
        activation: of every ASPP.
    """

    def __init__(
        self,
        n_rows: int,
        *,
        dilations: Sequence[int],
        se_reductions: Sequence[int],
        stem_channels: int = 4,
        stochastic_depth: float = 0.0,
        activation: Activation = "relu",
    ) -> None:
        super().__init__()
        widths = [stem_channels * len(dilations) ** stage for stage in range(4)]
        self.out_channels = widths[3]
        self.stem = nn.Conv2d(1, widths[0], kernel_size=(n_rows, 3), padding=(0, 1))
        self.stage1 = nn.Sequential(
            ASPP(widths[0], dilations=dilations, activation=activation),
            SqueezeExcitation(widths[1], reduction=se_reductions[0]),
            PreActivationBlock(widths[1], stride=1, stochastic_depth=stochastic_depth),
        )
        self.stage2 = nn.Sequential(
            ASPP(widths[1], dilations=dilations, activation=activation),
            SqueezeExcitation(widths[2], reduction=se_reductions[1]),
            PreActivationBlock(widths[2], stride=2, stochastic_depth=stochastic_depth),
        )
        self.stage3 = nn.Sequential(
            nn.BatchNorm2d(widths[2]),
            nn.ReLU(inplace=True),
            ASPP(widths[2], dilations=dilations, activation=activation),
            SqueezeExcitation(widths[3], reduction=se_reductions[2]),
        )
        self.apply(_init_weights)

    def forward(self, rows: Tensor) -> Tensor:
        """(B, n_rows, L) -> tokens (B, L / 2, out_channels)."""
        x = self.stem(rows[:, None])  # (B, 4, 1, L): the convolution spans all rows
        x = self.stage1(x)  # (B, 16, 1, L)
        x = self.stage2(x)  # (B, 64, 1, L / 2)
        x = self.stage3(x)  # (B, 256, 1, L / 2)
        if x.requires_grad:
            # The layers that follow work token by token, so the gradient arrives in that memory
            # layout, in which every pointwise operation of stage 3 is several times slower.
            x.register_hook(Tensor.contiguous)
        return x.squeeze(2).transpose(1, 2)


def _init_weights(module: nn.Module) -> None:
    """As DAEAC: Kaiming-uniform convolutions, Xavier-normal linear layers, BN N(1, 0.01)."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
    elif isinstance(module, nn.Linear):
        nn.init.xavier_normal_(module.weight)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.01)
