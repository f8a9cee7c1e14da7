"""Small networks and settings for the three objectives, and synthetic windows."""

import dataclasses

import torch
from small_networks import PRETRAIN

from ecgfuse.models.vit import ViTSize
from ecgfuse.models.wav2vec import Wav2VecSize
from ecgfuse.pretrain.mae import DecoderSize
from ecgfuse.pretrain.windows import WindowShape

CONFIG = dataclasses.replace(
    PRETRAIN, objective="mae_moco", epochs=4, batch_size=8, learning_rate=3e-3, warmup_epochs=1
)
VIT = ViTSize(n_leads=2, n_patches=12, patch=5, width=16, depth=1, n_heads=4, mlp_ratio=2)
SHAPE = WindowShape(n_leads=2, n_patches=12, patch=5, clip=12, span=2, scales=(1.0, 1.0))
DECODER = DecoderSize(width=8, depth=1, n_heads=2, mlp_ratio=2)
WAV2VEC = Wav2VecSize(
    n_leads=2,
    conv_width=8,
    n_convs=2,
    width=16,
    depth=1,
    n_heads=4,
    ffn_width=32,
    position_kernel=8,
    position_groups=4,
    dropout=0.0,
    attention_dropout=0.0,
)


def generator(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def windows(n_windows: int = 8, *, n_samples: int = 60, seed: int = 0) -> torch.Tensor:
    """Sines of random phase and frequency in two leads, (n_windows, 2, n_samples)."""
    source = generator(seed)
    phase, rate = torch.rand(2, n_windows, 1, 1, generator=source)
    time = torch.arange(n_samples) / n_samples
    lead = torch.tensor([[0.0], [0.3]])
    return torch.sin(2 * torch.pi * ((2 + 3 * rate) * time + phase + lead)) * 2**0.5
