"""A set of leads keeps its leads and zeroes the others."""

import torch

from ecgfuse.studies.ssl12.lead_sets import LEAD_SETS, LEADS, keep_leads


def test_the_sets_are_the_published_ones() -> None:
    assert [len(leads) for leads in LEAD_SETS.values()] == [12, 6, 3, 2, 1]
    assert LEAD_SETS["6"] == ("I", "II", "III", "AVR", "AVL", "AVF")
    assert LEAD_SETS["3"] == ("I", "II", "V2")


def test_leads_outside_the_set_are_zero_and_the_others_unchanged() -> None:
    signal = 1 + torch.rand(2, 12, 5)
    for name, leads in LEAD_SETS.items():
        kept = keep_leads(signal.clone(), name)
        for i, lead in enumerate(LEADS):
            expected = signal[:, i] if lead in leads else torch.zeros(2, 5)
            assert torch.equal(kept[:, i], expected)
