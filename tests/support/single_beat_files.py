"""A model file of single beats whose answers can be worked out by hand."""

from pathlib import Path

import torch
from torch import Tensor, nn

from ecgfuse.datasets.single_beats import LENGTH
from ecgfuse.export.onnx_file import write_onnx

T_WAVE = slice(20, 40)
"""Samples of a beat, 0.16 to 0.32 s after its R peak, whose mean is the probability of abnormal."""
LATER = slice(45, 60)
"""Samples, 0.36 to 0.48 s after it, whose mean is the score of unfamiliar beats."""
THRESHOLD = 0.5


class MeansNet(nn.Module):
    """Means of samples in place of a trained network."""

    def forward(self, beats: Tensor) -> tuple[Tensor, Tensor]:
        """Beats (B, 187) -> probabilities (B, 2), and scores (B,)."""
        p = beats[:, T_WAVE].mean(dim=1)
        return torch.stack([1 - p, p], dim=1), beats[:, LATER].mean(dim=1)


def write_single_beat_file(path: Path) -> Path:
    """Write it as `export_single_beat` writes a network."""
    origin = {"kind": "single_beat", "leads": ["MLII", "V1"], "ood": {"threshold": THRESHOLD}}
    outputs = ["probabilities", "ood_score"]
    write_onnx(MeansNet().eval(), path, inputs={"beats": (LENGTH,)}, outputs=outputs, origin=origin)
    return path
