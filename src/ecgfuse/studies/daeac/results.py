"""What results/daeac.json holds."""

from typing import TypedDict

from ecgfuse.evaluate.results import SeedSummary


class PseudoLabels(TypedDict):
    """Confident pseudo-labels of one class, means over the seeds."""

    confident: float
    right_after_the_fact: float
    """How many are correct; nothing that was adapted has seen this."""


class DaeacResults(TypedDict):
    """All of the file."""

    transductive: str
    """A warning in words."""
    adaptation_s: float
    """Adapted to the first seconds of each test record ..."""
    adaptation_beats: int
    test_beats: int
    """... and scored on the beats after them."""
    seeds: int
    source_only: SeedSummary
    adapted: SeedSummary
    pseudo_labels: dict[str, PseudoLabels]
    """By class."""
