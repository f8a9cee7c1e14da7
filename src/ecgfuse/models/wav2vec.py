"""wav2vec 2.0 on the ECG: convolutions make one token per 16 samples, a transformer encodes them.

Baevski et al., NeurIPS 2020; as an ECG encoder in Oh et al., "Lead-agnostic Self-supervised
Learning for Local and Global Representations of Electrocardiogram", CHIL 2022. The published size
has four convolutions of 256 channels, and 12 post-norm blocks of width 768 with 12 heads.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

from ecgfuse.models.config import Size
from ecgfuse.models.layers import attention_on

_INIT_SD = 0.02


@dataclass(frozen=True, kw_only=True)
class Wav2VecSize:
    """Shape of the encoder."""

    n_leads: int
    conv_width: int
    n_convs: int
    """Convolutions; each halves the length."""
    width: int
    depth: int
    """Transformer blocks."""
    n_heads: int
    ffn_width: int
    position_kernel: int
    """Kernel size of the positional convolution, in tokens; even."""
    position_groups: int
    dropout: float
    attention_dropout: float


def wav2vec_size(size: Size, *, n_leads: int, n_convs: int) -> Wav2VecSize:
    """The shape with the published widths, depth and heads, or with small ones."""
    wide = size == "paper"
    return Wav2VecSize(
        n_leads=n_leads,
        conv_width=256 if wide else 64,
        n_convs=n_convs,
        width=768 if wide else 128,
        depth=12 if wide else 3,
        n_heads=12 if wide else 4,
        ffn_width=3072 if wide else 256,
        position_kernel=128 if wide else 32,
        position_groups=16,
        dropout=0.1,
        attention_dropout=0.1 if wide else 0.0,  # on a CPU it costs a quarter of the time
    )


class ConvFeatures(nn.Module):
    """Signals (B, n_leads, n_samples) -> features (B, n_tokens, conv_width)."""

    def __init__(self, size: Wav2VecSize) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for i in range(size.n_convs):
            n_in = size.conv_width if i else size.n_leads
            layers.append(nn.Conv1d(n_in, size.conv_width, kernel_size=2, stride=2, bias=False))
            if i == 0:  # one group per channel: normalises each window by its own scale
                layers.append(nn.GroupNorm(size.conv_width, size.conv_width))
            layers.append(nn.GELU())
        self.layers = nn.Sequential(*layers)
        for layer in layers:
            if isinstance(layer, nn.Conv1d):
                nn.init.kaiming_normal_(layer.weight)

    def forward(self, signal: Tensor) -> Tensor:
        """If the length of a layer's input is odd, its last sample is dropped."""
        return self.layers(signal).transpose(1, 2)


class ConvPositions(nn.Module):
    """Relative positions from neighbouring tokens: a grouped convolution, added to the tokens."""

    def __init__(self, size: Wav2VecSize) -> None:
        super().__init__()
        conv = nn.Conv1d(
            size.width,
            size.width,
            kernel_size=size.position_kernel,
            padding=size.position_kernel // 2,
            groups=size.position_groups,
        )
        nn.init.normal_(conv.weight, std=(4 / (size.position_kernel * size.width)) ** 0.5)
        nn.init.zeros_(conv.bias)  # type: ignore[arg-type]
        self.conv = weight_norm(conv, dim=2)

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, T, width) -> (B, T, width)."""
        positions = self.conv(tokens.transpose(1, 2))[:, :, : tokens.shape[1]]
        return tokens + nn.functional.gelu(positions.transpose(1, 2))


class Wav2VecEncoder(nn.Module):
    """Signals (B, n_leads, n_samples) -> contextualised tokens (B, n_tokens, width)."""

    def __init__(self, size: Wav2VecSize) -> None:
        super().__init__()
        self.size = size
        self.out_channels = size.width
        self.features = ConvFeatures(size)
        self.feature_norm = nn.LayerNorm(size.conv_width)
        self.project = nn.Linear(size.conv_width, size.width)
        self.dropout = nn.Dropout(size.dropout)
        self.mask_token = nn.Parameter(torch.rand(size.width))
        self.positions = ConvPositions(size)
        self.norm = nn.LayerNorm(size.width)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(
                size.width,
                size.n_heads,
                dim_feedforward=size.ffn_width,
                dropout=size.dropout,
                activation="gelu",
                batch_first=True,
                norm_first=False,
            )
            for _ in range(size.depth)
        )
        for block in self.blocks:
            assert isinstance(block, nn.TransformerEncoderLayer)
            block.self_attn.dropout = size.attention_dropout
            # torch also applies dropout after the activation; wav2vec does not
            block.dropout = nn.Identity()  # type: ignore[assignment]
            _initialise_block(block)

    def contextualise(self, features: Tensor, *, mask: Tensor | None) -> Tensor:
        """Normalised features -> contextualised tokens (B, T, width).

        Args:
            features: (B, T, conv_width).
            mask: (B, T) bool, True for tokens replaced by the mask token; None masks none.
        """
        tokens = self.dropout(self.project(features))  # (B, T, width)
        if mask is not None:
            tokens = torch.where(mask[:, :, None], self.mask_token.to(tokens.dtype), tokens)
        tokens = self.dropout(self.norm(self.positions(tokens)))
        with attention_on(tokens.device):
            for block in self.blocks:
                tokens = block(tokens)
        return tokens

    def forward(self, signal: Tensor) -> Tensor:
        """Encode all tokens, without masking."""
        return self.contextualise(self.feature_norm(self.features(signal)), mask=None)


def _initialise_block(block: nn.Module) -> None:
    """N(0, 0.02) weights and zero biases for all linear layers, as in BERT."""
    for name, parameter in block.named_parameters():
        if "norm" in name:
            continue
        if parameter.dim() > 1:
            nn.init.normal_(parameter, std=_INIT_SD)
        else:
            nn.init.zeros_(parameter)
