"""What results/noise.json holds."""

from typing import NotRequired, TypedDict


class RareClassF1(TypedDict):
    """F1 of the classes other than N."""

    S: float
    V: float
    F: float


class NoisyScores(TypedDict):
    """Scores of one fusion under one condition."""

    macro_f1: float
    macro_auprc: float
    macro_auroc: float
    f1: RareClassF1


class FusionInNoise(TypedDict):
    """One fusion without noise, and by kind of noise and signal-to-noise ratio in dB."""

    clean: NoisyScores
    bw: NotRequired[dict[str, NoisyScores]]
    em: NotRequired[dict[str, NoisyScores]]
    ma: NotRequired[dict[str, NoisyScores]]


class Origin(TypedDict):
    """Where recordings are from."""

    database: str
    kind: str
    """"real" or "synthetic"."""


class NoiseResults(TypedDict):
    """All of the file."""

    data: Origin
    """Of the recordings."""
    noise: Origin
    early: FusionInNoise
    late: FusionInNoise
    hybrid: FusionInNoise
