"""The networks for single beats, by name."""

from typing import Literal, assert_never

from torch import nn

from ecgfuse.models.beat_transformer import BeatTransformer
from ecgfuse.models.cnn_lstm import CNNLSTM, DROPOUT
from ecgfuse.models.one_feature_transformer import OneFeatureTransformer

SingleBeatName = Literal["cnn_lstm", "cnn_lstm_dropout", "transformer", "transformer_published"]

SingleBeatNet = CNNLSTM | BeatTransformer | OneFeatureTransformer
"""All map single beats (B, 187) to `features` (B, n_features), and those by `head` to logits."""


def build_single_beat(name: SingleBeatName, *, n_classes: int = 2) -> SingleBeatNet:
    """A network with fresh weights, drawn from torch's generator."""
    match name:
        case "cnn_lstm":
            return CNNLSTM(n_classes=n_classes)
        case "cnn_lstm_dropout":
            return CNNLSTM(n_classes=n_classes, widths=(32, 64), dropout=DROPOUT)
        case "transformer":
            return BeatTransformer(n_classes=n_classes)
        case "transformer_published":
            return OneFeatureTransformer(n_classes=n_classes)
        case _:
            assert_never(name)


def n_parameters(network: nn.Module) -> int:
    """Trainable parameters."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
