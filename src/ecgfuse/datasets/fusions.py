"""The networks that are compared: where RR joins the ECG, if at all.

| fusion   | rows of the input | features in the fusion block |
|----------|-------------------|------------------------------|
| waveform | ECG               | morphology                   |
| rr       | none              | RR, without a waveform       |
| early    | ECG and RR        | morphology                   |
| late     | ECG               | morphology and RR            |
| hybrid   | ECG and RR        | morphology and RR            |

Morphology features compare a beat with the patient's median beat. They enter the block in every
network, so early, late and hybrid fusion see the same and differ only in where RR joins; waveform
and rr show what there is to fuse.
"""

from typing import Literal

Fusion = Literal["waveform", "rr", "early", "late", "hybrid"]
FUSIONS: tuple[Literal["early", "late", "hybrid"], ...] = ("early", "late", "hybrid")
"""The fusions proper, in the order of the study's options 2, 1 and 3."""
NETWORKS: tuple[Fusion, ...] = ("waveform", "rr", *FUSIONS)


def uses_waveform(fusion: Fusion) -> bool:
    """Whether the network reads the ECG and the morphology features."""
    return fusion != "rr"


def uses_rr(fusion: Fusion) -> bool:
    """Whether the network reads the RR features."""
    return fusion != "waveform"


def uses_rr_rows(fusion: Fusion) -> bool:
    """Whether RR features are rows of the input."""
    return fusion in ("early", "hybrid")


def uses_rr_block(fusion: Fusion) -> bool:
    """Whether RR features join the tokens of the ECG in the fusion block."""
    return fusion in ("late", "hybrid")
