"""A small transformer for single beats: patches, positions, blocks, and the mean over time.

It has at most the 53,066 parameters of the published one (`one_feature_transformer`), and none of
its faults: the layer norms see 32 features of a token, each token knows its position, and the
tokens are pooled over time. Its dropout was chosen on validation records: without it, the network
overfits the training patients within two epochs.
"""

from torch import Tensor, nn

from ecgfuse.models.layers import mean_token, sinusoidal_positions
from ecgfuse.models.vit import Block, initialise

PATCH = 11
"""Samples per token, 88 ms at 125 Hz."""
N_TOKENS = 17
"""17 patches of 11 samples are the 187 samples of a beat."""
WIDTH, N_BLOCKS, N_HEADS, MLP_RATIO = 32, 4, 4, 4
DROPOUT = 0.1
"""Of tokens, of what each half of a block adds, and of the features."""


class BeatTransformer(nn.Module):
    """Single beats (B, 187) -> logits (B, n_classes); 51,874 parameters with two classes."""

    def __init__(self, *, n_classes: int = 2) -> None:
        super().__init__()
        self.patches = nn.Conv1d(1, WIDTH, kernel_size=PATCH, stride=PATCH)
        self.blocks = nn.Sequential(*(DroppedBlock() for _ in range(N_BLOCKS)))
        self.norm = nn.LayerNorm(WIDTH)
        self.dropout = nn.Dropout(DROPOUT)
        self.n_features = WIDTH
        self.head = nn.Linear(WIDTH, n_classes)
        initialise(self)
        self.positions = nn.Parameter(sinusoidal_positions(N_TOKENS, dim=WIDTH)[None])

    def features(self, x: Tensor) -> Tensor:
        """(B, 187) -> the mean token, (B, 32)."""
        tokens = self.patches(x[:, None]).transpose(1, 2) + self.positions  # (B, 17, 32)
        return self.dropout(mean_token(self.norm(self.blocks(self.dropout(tokens)))))

    def forward(self, x: Tensor) -> Tensor:
        """(B, 187) -> logits (B, n_classes)."""
        return self.head(self.features(x))


class DroppedBlock(Block):
    """A transformer block that drops values of what it adds to the tokens."""

    def __init__(self) -> None:
        super().__init__(WIDTH, n_heads=N_HEADS, mlp_ratio=MLP_RATIO)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, 32) -> (B, T, 32)."""
        x = x + self.dropout(self.attention(self.attention_norm(x)))
        return x + self.dropout(self.mlp(self.mlp_norm(x)))
