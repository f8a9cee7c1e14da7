"""The CNN-LSTM of a published study of single beats, with the initial weights of Keras.

incognito-developer/ECGanalysis, written in Keras: two pairs of convolutions of width 3, each
followed by max-pooling, and an LSTM whose last state is classified. Keras has no padding by
default: 187 samples become 185, 183, 91, 89, 87 and 43 steps.
"""

import torch
from torch import Tensor, nn

KERNEL, POOL, STRIDE = 3, 3, 2
LSTM_UNITS = 16
DROPOUT = 0.3
"""Of the variant with dropout, after the first convolution of each pair."""


class CNNLSTM(nn.Module):
    """Single beats (B, 187) -> logits (B, n_classes).

    8,690 trainable parameters with the default arguments; 27,010 with `widths` (32, 64).

    Args:
        widths: channels of the two pairs of convolutions.
        dropout: share of dropped values after the first convolution of each pair; 0: none.
    """

    def __init__(
        self, *, n_classes: int = 2, widths: tuple[int, int] = (16, 32), dropout: float = 0.0
    ) -> None:
        super().__init__()
        first, second = widths
        self.convolutions = nn.Sequential(
            *_pair(1, first, dropout=dropout), *_pair(first, second, dropout=dropout)
        )
        self.lstm = nn.LSTM(second, LSTM_UNITS, batch_first=True)
        self.n_features = LSTM_UNITS
        self.head = nn.Linear(LSTM_UNITS, n_classes)
        initialise_as_keras(self)
        # Two bias vectors are always added; Keras has one. The second one stays zero.
        self.lstm.get_parameter("bias_hh_l0").requires_grad_(False)

    def features(self, x: Tensor) -> Tensor:
        """(B, 187) -> the last state of the LSTM, (B, 16)."""
        row = x[:, None, None].contiguous(memory_format=torch.channels_last)  # (B, 1, 1, 187)
        steps = self.convolutions(row)[:, :, 0].transpose(1, 2)  # (B, 43, channels)
        states, _ = self.lstm(steps)  # (B, 43, 16)
        return states[:, -1]

    def forward(self, x: Tensor) -> Tensor:
        """(B, 187) -> logits (B, n_classes)."""
        return self.head(self.features(x))


def _pair(n_in: int, n_out: int, *, dropout: float) -> list[nn.Module]:
    """Two convolutions and max-pooling, (B, n_in, 1, T) -> (B, n_out, 1, (T - 5) // 2)."""
    first = [_convolution(n_in, n_out), nn.ReLU()]
    dropped = [nn.Dropout(dropout)] if dropout else []
    second = [_convolution(n_out, n_out), nn.ReLU()]
    return [*first, *dropped, *second, nn.MaxPool2d((1, POOL), (1, STRIDE))]


def _convolution(n_in: int, n_out: int) -> nn.Conv2d:
    """(B, n_in, 1, T) -> (B, n_out, 1, T - 2).

    On an image of one row with the channels last in memory, training takes two thirds of the time
    that it takes with Conv1d on a CPU.
    """
    convolution = nn.Conv2d(n_in, n_out, (1, KERNEL))
    weight = convolution.weight.to(memory_format=torch.channels_last)
    convolution.weight = nn.Parameter(weight.detach())
    return convolution


@torch.no_grad()
def initialise_as_keras(module: nn.Module) -> None:
    """Draw weights as Keras does: Glorot-uniform, biases zero.

    An LSTM has orthogonal recurrent weights, and 1 as the bias of its forget gate. Both libraries
    order the gates as input, forget, cell, output.
    """
    for part in module.modules():
        if isinstance(part, nn.Linear | nn.Conv2d):
            nn.init.xavier_uniform_(part.weight)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
        elif isinstance(part, nn.LSTM):
            nn.init.xavier_uniform_(part.get_parameter("weight_ih_l0"))
            nn.init.orthogonal_(part.get_parameter("weight_hh_l0"))
            nn.init.zeros_(part.get_parameter("bias_hh_l0"))
            bias = nn.init.zeros_(part.get_parameter("bias_ih_l0"))
            bias[part.hidden_size : 2 * part.hidden_size] = 1.0
