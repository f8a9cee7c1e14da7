"""The three fusions of RR intervals with the ECG, and what each one reads.

| fusion | RR ratios as rows of the input | RR features join in the block `fusion.block` |
|--------|--------------------------------|----------------------------------------------|
| early (opt2)  | yes | no  |
| late (opt1)   | no  | yes |
| hybrid (opt3) | yes | yes |
"""

from collections.abc import Sequence
from typing import Literal

Fusion = Literal["early", "late", "hybrid"]
FUSIONS: tuple[Fusion, ...] = ("early", "late", "hybrid")


def uses_ratio_rows(fusion: Fusion) -> bool:
    """Whether the fusion takes RR ratios as rows of its input."""
    return fusion in ("early", "hybrid")


def uses_attention(fusion: Fusion) -> bool:
    """Whether the fusion has a block such as cross-attention, which reads the seven RR features."""
    return fusion in ("late", "hybrid")


def fusion_named(arguments: Sequence[str]) -> Fusion:
    """The fusion that a command line such as ["stages/train.py", "early"] names.

    Raises:
        ValueError: there is not exactly one argument, or it is no fusion.
    """
    for fusion in FUSIONS:
        if list(arguments[1:]) == [fusion]:
            return fusion
    raise ValueError(f"usage: {arguments[0]} FUSION, with FUSION one of: {' | '.join(FUSIONS)}")
