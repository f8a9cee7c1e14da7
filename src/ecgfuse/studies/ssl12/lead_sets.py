"""The twelve leads, and the subsets that a device may record."""

from torch import Tensor

from ecgfuse.studies.ssl12.config import LeadSet

LEADS = ("I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6")
LEAD_SETS: dict[LeadSet, tuple[str, ...]] = {
    "12": LEADS,
    "6": LEADS[:6],
    "3": ("I", "II", "V2"),
    "2": ("I", "II"),
    "1": ("I",),
}
"""Those of Oh et al., CHIL 2022, after the PhysioNet/CinC Challenge 2021."""


def keep_leads(signal: Tensor, leads: LeadSet) -> Tensor:
    """Set the leads outside a set to zero, in place; the network keeps its twelve inputs.

    Args:
        signal: (B, 12, n_samples).
    """
    absent = [i for i, lead in enumerate(LEADS) if lead not in LEAD_SETS[leads]]
    if absent:
        signal[:, absent] = 0.0
    return signal
