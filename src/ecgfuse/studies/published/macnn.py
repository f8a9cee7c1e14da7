"""MACNN-SE with the published activation and fusion blocks."""

from typing import Literal

from torch import Tensor, nn

from ecgfuse.classes import CLASSES
from ecgfuse.models.aspp import Activation
from ecgfuse.models.layers import mean_token
from ecgfuse.models.macnn import MACNNSE
from ecgfuse.studies.published.fusion import EMB_DIM, Concat, PooledAttention, ProjectedConcat

MacnnFusion = Literal["none", "concat", "concat_proj", "mhca", "mhca_text"]
"""mhca: as in the code; mhca_text: with the feed-forward width and the gate of the text."""

_DILATIONS, _SE_REDUCTIONS = (1, 6, 12, 18), (4, 8, 16)


class PublishedMacnn(nn.Module):
    """Rows of a beat and its RR features -> logits.

    Args:
        n_rows: rows of the input, 1 or 3.
        n_rr: RR features of the fusion block.
        fusion: how they join; none: they do not.
        activation: of every ASPP; the study has tanh.
    """

    def __init__(
        self, n_rows: int, *, n_rr: int, fusion: MacnnFusion, activation: Activation = "tanh"
    ) -> None:
        super().__init__()
        self.backbone = MACNNSE(
            n_rows, dilations=_DILATIONS, se_reductions=_SE_REDUCTIONS, activation=activation
        )
        width = self.backbone.out_channels
        self.block = _block(fusion, n_rr=n_rr)
        self.project = None if self.block is None else nn.Linear(width, EMB_DIM)
        self.classifier = nn.Linear(
            width if self.block is None else self.block.out_features, len(CLASSES)
        )

    def forward(self, rows: Tensor, rr: Tensor) -> Tensor:
        """(B, n_rows, 128), (B, n_rr) -> logits (B, 4)."""
        return self.classify(self.encode(rows), rr)

    def encode(self, rows: Tensor) -> Tensor:
        """(B, n_rows, 128) -> the pooled feature, (B, 256)."""
        return mean_token(self.backbone(rows))

    def classify(self, feature: Tensor, rr: Tensor) -> Tensor:
        """(B, 256), (B, n_rr) -> logits (B, 4)."""
        if self.block is not None and self.project is not None:
            feature = self.block(self.project(feature), rr)
        return self.classifier(feature)


def _block(fusion: MacnnFusion, *, n_rr: int) -> Concat | ProjectedConcat | PooledAttention | None:
    if fusion == "concat":
        return Concat(n_rr)
    if fusion == "concat_proj":
        return ProjectedConcat(n_rr)
    if fusion == "mhca":
        return PooledAttention(n_rr, ffn_dim=2 * EMB_DIM, gated=False)
    if fusion == "mhca_text":
        return PooledAttention(n_rr, ffn_dim=4 * EMB_DIM, gated=True)
    return None
