"""The network of all three fusions: one backbone, and two switches for where RR enters."""

import torch
from torch import Tensor, nn

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.fusions import Fusion, uses_ratio_rows, uses_rr_block
from ecgfuse.datasets.inputs import Inputs
from ecgfuse.models.blocks import FusionBlock, fusion_block
from ecgfuse.models.config import FusionConfig, ModelConfig, Size
from ecgfuse.models.encoder import build_encoder
from ecgfuse.models.layers import FeatureScaler, WaveformDropout, mean_token
from ecgfuse.models.vit import ViTEncoder
from ecgfuse.rr.features import N_ROW_RATIOS


class HeartbeatNet(nn.Module):
    """Rows and RR features of a beat -> logits of N S V F.

    Args:
        fusion: "early", "late" or "hybrid"; datasets/fusions.py has the table.
        n_signal_rows: rows of ECG, len(preprocess.rows).
        length: samples of a beat.
        n_features: RR and morphology features of the fusion block; ignored by early fusion.
        model: parameters of the backbone.
        size: of vit and wav2vec; ignored by macnn_se.
        rr_block: parameters of the fusion block; ignored by early fusion.

    Raises:
        ValueError: late or hybrid fusion without `rr_block`.
    """

    def __init__(
        self,
        fusion: Fusion,
        *,
        n_signal_rows: int,
        length: int,
        n_features: int,
        model: ModelConfig,
        size: Size,
        rr_block: FusionConfig | None,
    ) -> None:
        super().__init__()
        self.ratio_rows = uses_ratio_rows(fusion)
        self.backbone = build_encoder(
            model,
            size=size,
            n_rows=n_signal_rows + N_ROW_RATIOS * self.ratio_rows,
            length=length,
        )
        self.scaler: FeatureScaler | None = None
        self.fusion: FusionBlock | None = None
        width = self.backbone.out_channels
        if uses_rr_block(fusion):
            if rr_block is None:
                raise ValueError(f"{fusion} fusion needs the parameters of the group 'fusion'")
            self.waveform_dropout = WaveformDropout(rr_block.waveform_dropout)
            self.scaler = FeatureScaler(n_features)
            self.fusion = fusion_block(rr_block, n_rr=n_features, token_dim=width)
            width = self.fusion.out_dim
        self.dropout = nn.Dropout(model.dropout)
        self.classifier = nn.Linear(width, len(CLASSES))

    def forward(self, inputs: Inputs) -> Tensor:
        """Logits (B, 4)."""
        return self.attend(inputs)[0]

    def attend(self, inputs: Inputs) -> tuple[Tensor, Tensor | None]:
        """Logits (B, 4), and the attention (B, num_heads, n_tokens) or None.

        Only the block mhca has attention; early fusion has no block. Attention to the [CLS] token
        of a vit, which has no position in time, is left out.
        """
        feature, attention = self.embed(inputs)
        if attention is not None and isinstance(self.backbone, ViTEncoder):
            attention = attention[:, :, 1:]
        return self.classifier(self.dropout(feature)), attention

    def embed(self, inputs: Inputs) -> tuple[Tensor, Tensor | None]:
        """The input of the classifier, (B, width), and the attention of the block or None."""
        tokens = self.backbone(self._rows(inputs))  # (B, T, C)
        if self.fusion is not None and self.scaler is not None:
            return self.fusion(self.waveform_dropout(tokens), self.scaler(inputs.features))
        return mean_token(tokens), None  # (B, C)

    def _rows(self, inputs: Inputs) -> Tensor:
        """(B, n_rows, length): the ECG and, if used, each ratio as a constant row."""
        ecg = inputs.ecg
        if self.ratio_rows:
            ratios = inputs.ratios[:, :, None].expand(-1, -1, ecg.shape[2])
            ecg = torch.cat([ecg, ratios], dim=1)
        return ecg
