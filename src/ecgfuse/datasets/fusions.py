"""The three fusions of RR intervals with the ECG, and what each one reads.

| fusion | RR ratios as rows of the input | RR features join in the block `fusion.block` |
|--------|--------------------------------|----------------------------------------------|
| early (opt2)  | yes | no  |
| late (opt1)   | no  | yes |
| hybrid (opt3) | yes | yes |
"""

from collections.abc import Sequence
from typing import Literal, cast

Fusion = Literal["early", "late", "hybrid"]
FUSIONS: tuple[Fusion, ...] = ("early", "late", "hybrid")
DISTILLED = "best"
"""One network that learned from those of all seeds, the best single one to deploy."""
CAUSAL = "causal"
"""Hybrid fusion of features that use nothing later than the beat, as a monitor needs them."""
TRAININGS = (*FUSIONS, CAUSAL)
"""What is trained from labels."""
MODELS = (*FUSIONS, DISTILLED, CAUSAL)
"""What is exported and evaluated: that, and the network distilled from the fusions."""


def uses_ratio_rows(fusion: Fusion) -> bool:
    """Whether the fusion takes RR ratios as rows of its input."""
    return fusion in ("early", "hybrid")


def uses_attention(fusion: Fusion) -> bool:
    """Whether the fusion has a block such as cross-attention, which reads the seven RR features."""
    return fusion in ("late", "hybrid")


def training_named(arguments: Sequence[str]) -> str:
    """One of TRAININGS, which a command line such as ["stages/train.py", "early"] names.

    Raises:
        ValueError: there is not exactly one argument, or it is none of them.
    """
    return _one_of(TRAININGS, arguments, kind="TRAINING")


def fusion_of(training: str) -> Fusion:
    """The fusion of one of TRAININGS."""
    return "hybrid" if training == CAUSAL else cast(Fusion, training)


def model_named(arguments: Sequence[str]) -> str:
    """One of MODELS, which a command line such as ["stages/evaluate.py", "best"] names.

    Raises:
        ValueError: there is not exactly one argument, or it is none of them.
    """
    return _one_of(MODELS, arguments, kind="MODEL")


def _one_of(names: Sequence[str], arguments: Sequence[str], *, kind: str) -> str:
    if len(arguments) != 2 or arguments[1] not in names:
        raise ValueError(f"usage: {arguments[0]} {kind}, with {kind} one of: {' | '.join(names)}")
    return arguments[1]
