"""The CNN-LSTM has the published sizes and lengths, and starts like a network of Keras."""

import math

import pytest
import torch

from ecgfuse.models.cnn_lstm import CNNLSTM
from ecgfuse.models.single_beat import build_single_beat, n_parameters


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def test_both_variants_have_exactly_the_published_number_of_parameters() -> None:
    assert n_parameters(build_single_beat("cnn_lstm")) == 8_690
    assert n_parameters(build_single_beat("cnn_lstm_dropout")) == 27_010


def test_lengths_without_padding_are_those_of_the_published_network() -> None:
    x, lengths = torch.rand(2, 1, 1, 187), []
    for layer in CNNLSTM().convolutions:
        x = layer(x)
        lengths.append(x.shape[-1])
    assert list(dict.fromkeys(lengths)) == [185, 183, 91, 89, 87, 43]


def test_dropout_follows_the_first_convolution_of_each_pair_only() -> None:
    names = [type(layer).__name__ for layer in build_single_beat("cnn_lstm_dropout").convolutions]
    pair = ["Conv2d", "ReLU", "Dropout", "Conv2d", "ReLU", "MaxPool2d"]
    assert names == pair * 2
    assert "Dropout" not in [type(layer).__name__ for layer in CNNLSTM().convolutions]


def test_it_is_the_same_function_as_plain_layers_of_one_dimension() -> None:
    network = CNNLSTM().eval()
    x = torch.rand(4, 187)
    steps = x[:, None]
    for place, layer in enumerate(network.convolutions[i] for i in (0, 2, 5, 7)):
        steps = torch.conv1d(steps, layer.weight[:, :, 0], layer.bias).relu()
        if place % 2:
            steps = torch.max_pool1d(steps, 3, 2)
    _, (last, _) = network.lstm(steps.transpose(1, 2))
    torch.testing.assert_close(network.features(x), last[0])
    torch.testing.assert_close(network(x), network.head(last[0]))


def test_first_weights_are_those_of_keras() -> None:
    network = CNNLSTM(widths=(32, 64))
    lstm = network.lstm
    bias = lstm.bias_ih_l0
    # Gates in the order input, forget, cell, output, 16 units each.
    assert bias.tolist() == [0.0] * 16 + [1.0] * 16 + [0.0] * 32
    recurrent = lstm.weight_hh_l0  # (64, 16)
    torch.testing.assert_close(recurrent.T @ recurrent, torch.eye(16), atol=1e-5, rtol=0)
    # Glorot: uniform within sqrt(6 / (fan in + fan out)).
    second = network.convolutions[3 - 1].weight  # 32 -> 32, width 3
    limit = math.sqrt(6 / (3 * 32 + 3 * 32))
    assert second.abs().max().item() == pytest.approx(limit, rel=0.01)
    assert lstm.weight_ih_l0.abs().max().item() == pytest.approx(math.sqrt(6 / 128), rel=0.01)
    assert all(
        layer.bias.abs().max() == 0 for layer in network.convolutions if hasattr(layer, "bias")
    )


def test_second_bias_of_the_lstm_stays_zero_in_training() -> None:
    network = CNNLSTM()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.1)
    network(torch.rand(4, 187)).square().sum().backward()
    optimizer.step()
    assert network.lstm.bias_hh_l0.abs().max() == 0
    assert network.lstm.bias_ih_l0.grad.abs().max() > 0


def test_logits_have_one_column_per_class() -> None:
    assert build_single_beat("cnn_lstm", n_classes=5)(torch.rand(3, 187)).shape == (3, 5)
