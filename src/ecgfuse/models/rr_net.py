"""The network of RR alone: what the rhythm says about a beat without its waveform."""

from torch import Tensor, nn

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.inputs import Inputs
from ecgfuse.models.config import FusionConfig
from ecgfuse.models.layers import FeatureScaler, embed_features


class RRNet(nn.Module):
    """RR features of a beat -> logits of N S V F.

    The path of RR through the cross-attention block with nothing to attend to: the embedding t,
    then t + ffn(t).

    Args:
        n_rr: RR features.
        dropout: of the feature before the classifier.
        block: emb_dim, ffn_dim and dropout are used.
    """

    def __init__(self, n_rr: int, *, dropout: float, block: FusionConfig) -> None:
        super().__init__()
        width = block.emb_dim
        self.rr_scaler = FeatureScaler(n_rr)
        self.query = embed_features(n_rr, emb_dim=width)
        self.ffn = nn.Sequential(
            nn.Linear(width, block.ffn_dim),
            nn.GELU(),
            nn.Dropout(block.dropout),
            nn.Linear(block.ffn_dim, width),
        )
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(width, len(CLASSES))

    def fit_scalers(self, inputs: Inputs) -> None:
        """Set the scale of the RR features by the training beats."""
        self.rr_scaler.fit(inputs.rr)

    def forward(self, inputs: Inputs) -> Tensor:
        """Logits (B, 4)."""
        return self.attend(inputs)[0]

    def attend(self, inputs: Inputs) -> tuple[Tensor, None]:
        """Logits (B, 4), and None, as there is no attention."""
        feature, _ = self.embed(inputs)
        return self.classifier(self.dropout(feature)), None

    def embed(self, inputs: Inputs) -> tuple[Tensor, None]:
        """The input of the classifier, (B, emb_dim), and None, as there is no attention."""
        embedded = self.query(self.rr_scaler(inputs.rr))
        return embedded + self.ffn(embedded), None
