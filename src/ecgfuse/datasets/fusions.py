"""The three fusions of RR intervals with the ECG, and the inputs of each.

| fusion | 2 RR ratios as input rows | 7 RR and 0, 6 or 12 morphology features in `fusion.block` |
|--------|---------------------------|-----------------------------------------------------------|
| early (opt2)  | yes | no  |
| late (opt1)   | no  | yes |
| hybrid (opt3) | yes | yes |
"""

from typing import Literal

Fusion = Literal["early", "late", "hybrid"]
FUSIONS: tuple[Fusion, ...] = ("early", "late", "hybrid")


def uses_ratio_rows(fusion: Fusion) -> bool:
    """Whether the fusion takes RR ratios as input rows."""
    return fusion in ("early", "hybrid")


def uses_rr_block(fusion: Fusion) -> bool:
    """Whether the fusion has an RR block, such as cross-attention.

    The block takes the 7 RR features and, with preprocess.comparisons, 6 morphology features that
    compare the beat with the patient's median beat (12 with preprocess.second_lead).
    """
    return fusion in ("late", "hybrid")
