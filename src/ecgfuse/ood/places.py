"""Where a score of unfamiliar inputs looks."""

from typing import Literal, assert_never

from torch import Tensor

from ecgfuse.ood.shape import describe

Place = Literal["features", "shape", "samples"]
"""The last features of a network, the shape of the beat, or its samples."""


def look_at(place: Place, *, ecg: Tensor, features: Tensor) -> Tensor:
    """What a score looks at, (B, width).

    Args:
        ecg: beats (B, 187) in [0, 1].
        features: (B, n_features) of a network; read at that place only.
    """
    match place:
        case "features":
            return features
        case "shape":
            return describe(ecg)
        case "samples":
            return ecg
        case _:
            assert_never(place)
