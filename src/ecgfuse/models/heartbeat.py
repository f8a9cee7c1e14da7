"""The network of all fusions: a backbone, a fusion block, and switches for where RR joins."""

import torch
from torch import Tensor, nn

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.fusions import Fusion, uses_rr_block, uses_rr_rows
from ecgfuse.datasets.inputs import Inputs
from ecgfuse.models.blocks import FusionBlock, fusion_block
from ecgfuse.models.config import FusionConfig, ModelConfig, Size
from ecgfuse.models.encoder import build_encoder
from ecgfuse.models.layers import FeatureScaler, WaveformDropout, mean_token
from ecgfuse.models.vit import ViTEncoder


class HeartbeatNet(nn.Module):
    """Waveform and RR features of a beat -> logits of N S V F.

    Backbone and fusion block are the same in every network, and the morphology features always
    enter the block. RR joins as constant rows of the input, in the block beside the morphology
    features, in both, or, in the network "waveform", nowhere. Without anything to enter it there is
    no block.

    Args:
        fusion: where RR joins, not "rr"; datasets/fusions.py has the table.
        n_signal_rows: rows of ECG, len(preprocess.rows).
        length: samples of a beat.
        n_rr: RR features; ignored by waveform.
        n_morphology: morphology features, 0 or more.
        model: parameters of the backbone.
        size: of vit and wav2vec; ignored by macnn_se.
        block: parameters of the fusion block.
    """

    def __init__(
        self,
        fusion: Fusion,
        *,
        n_signal_rows: int,
        length: int,
        n_rr: int,
        n_morphology: int,
        model: ModelConfig,
        size: Size,
        block: FusionConfig,
    ) -> None:
        super().__init__()
        self.rr_rows, self.rr_block = uses_rr_rows(fusion), uses_rr_block(fusion)
        self.backbone = build_encoder(
            model, size=size, n_rows=n_signal_rows + n_rr * self.rr_rows, length=length
        )
        self.rr_scaler = FeatureScaler(n_rr if self.rr_rows or self.rr_block else 0)
        self.morphology_scaler = FeatureScaler(n_morphology)
        self.fusion: FusionBlock | None = None
        width = self.backbone.out_channels
        if n_features := n_rr * self.rr_block + n_morphology:
            self.waveform_dropout = WaveformDropout(model.waveform_dropout)
            self.fusion = fusion_block(block, n_features=n_features, token_dim=width)
            width = self.fusion.out_dim
        self.dropout = nn.Dropout(model.dropout)
        self.classifier = nn.Linear(width, len(CLASSES))

    def fit_scalers(self, inputs: Inputs) -> None:
        """Set the scales of RR and morphology features by the training beats."""
        for scaler, features in (
            (self.rr_scaler, inputs.rr),
            (self.morphology_scaler, inputs.morphology),
        ):
            if scaler.n_features:
                scaler.fit(features)

    def forward(self, inputs: Inputs) -> Tensor:
        """Logits (B, 4)."""
        return self.attend(inputs)[0]

    def attend(self, inputs: Inputs) -> tuple[Tensor, Tensor | None]:
        """Logits (B, 4), and the attention (B, num_heads, n_tokens) or None.

        Only the block mhca has attention. Attention to the [CLS] token of a vit, which has no
        position in time, is left out.
        """
        feature, attention = self.embed(inputs)
        if attention is not None and isinstance(self.backbone, ViTEncoder):
            attention = attention[:, :, 1:]
        return self.classifier(self.dropout(feature)), attention

    def embed(self, inputs: Inputs) -> tuple[Tensor, Tensor | None]:
        """The input of the classifier, (B, width), and the attention of the block or None."""
        rows = inputs.ecg  # (B, n_signal_rows, length)
        if self.rr_rows:
            constant = self.rr_scaler(inputs.rr)[:, :, None].expand(-1, -1, rows.shape[2])
            rows = torch.cat([rows, constant], dim=1)
        tokens = self.backbone(rows)  # (B, T, C)
        if self.fusion is None:
            return mean_token(tokens), None
        features = self.morphology_scaler(inputs.morphology)
        if self.rr_block:
            features = torch.cat([self.rr_scaler(inputs.rr), features], dim=1)
        return self.fusion(self.waveform_dropout(tokens), features)
