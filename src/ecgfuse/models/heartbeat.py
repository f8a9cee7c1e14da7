"""The network of all three fusions: one backbone, with two switches for where RR comes in."""

import torch
from torch import Tensor, nn

from ecgfuse.datasets.fusions import Fusion, uses_attention, uses_ratio_rows
from ecgfuse.datasets.inputs import Inputs
from ecgfuse.models.blocks import FusionBlock, fusion_block
from ecgfuse.models.config import FusionConfig, ModelConfig, Size
from ecgfuse.models.embedding import mean_token
from ecgfuse.models.encoder import build_encoder
from ecgfuse.models.scaler import FeatureScaler
from ecgfuse.models.vit import ViTEncoder
from ecgfuse.models.waveform_dropout import WaveformDropout
from ecgfuse.records.annotations import CLASSES
from ecgfuse.rr.features import N_ROW_RATIOS


class HeartbeatNet(nn.Module):
    """Rows of one beat, and RR features, -> logits of N S V F.

    Args:
        fusion: "early", "late" or "hybrid"; datasets/fusions.py has the table.
        n_signal_rows: rows of ECG, as many as preprocess.rows names.
        length: samples of a beat.
        n_features: values that join the waveform in the fusion block; not read by early fusion.
        model: parameters of the backbone.
        size: of a backbone that comes in two; not read by macnn_se.
        attention: parameters of the fusion block; not read by early fusion.
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
        attention: FusionConfig | None,
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
        if uses_attention(fusion):
            if attention is None:
                raise ValueError(f"{fusion} fusion needs the parameters of the group 'fusion'")
            self.waveform_dropout = WaveformDropout(attention.waveform_dropout)
            self.scaler = FeatureScaler(n_features)
            self.fusion = fusion_block(attention, n_rr=n_features, token_dim=width)
            width = self.fusion.out_dim
        self.dropout = nn.Dropout(model.dropout)
        self.classifier = nn.Linear(width, len(CLASSES))

    def forward(self, inputs: Inputs) -> Tensor:
        """Logits (B, 4)."""
        return self.attend(inputs)[0]

    def attend(self, inputs: Inputs) -> tuple[Tensor, Tensor | None]:
        """Logits (B, 4), and the attention (B, num_heads, n_tokens), None where there is none.

        Only the block mhca has attention; early fusion has no block. That to the [CLS] of a vit,
        which has no place in time, is left out.
        """
        feature, attention = self.embed(inputs)
        if attention is not None and isinstance(self.backbone, ViTEncoder):
            attention = attention[:, :, 1:]
        return self.classifier(self.dropout(feature)), attention

    def embed(self, inputs: Inputs) -> tuple[Tensor, Tensor | None]:
        """What the classifier reads of each beat, (B, n_features), and the attention."""
        tokens = self.backbone(self._rows(inputs))  # (B, T, C)
        if self.fusion is not None and self.scaler is not None:
            return self.fusion(self.waveform_dropout(tokens), self.scaler(inputs.features))
        return mean_token(tokens), None  # (B, C)

    def _rows(self, inputs: Inputs) -> Tensor:
        """(B, n_rows, length): the ECG, and each ratio as a constant row if they are used."""
        ecg = inputs.ecg
        if self.ratio_rows:
            ratios = inputs.ratios[:, :, None].expand(-1, -1, ecg.shape[2])
            ecg = torch.cat([ecg, ratios], dim=1)
        return ecg
