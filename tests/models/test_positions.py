import math

import torch

from ecgfuse.models.positions import sinusoidal_positions


def test_positions_equal_those_by_hand() -> None:
    expected = [
        [0.0, 1.0, 0.0, 1.0],
        [math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)],
        [math.sin(2), math.cos(2), math.sin(0.02), math.cos(0.02)],
    ]
    torch.testing.assert_close(sinusoidal_positions(3, dim=4), torch.tensor(expected))


def test_positions_of_all_tokens_differ() -> None:
    table = sinusoidal_positions(64, dim=64)
    distances = torch.cdist(table, table) + 100 * torch.eye(64)
    assert distances.min() > 0.5
