"""What results/annotate.json holds."""

from typing import TypedDict

from ecgfuse.ec57.results import EC57Summary
from ecgfuse.qrs.timing import Timing


class RuntimeComparison(TypedDict):
    """ONNX Runtime against PyTorch on all labelled test beats."""

    beats: int
    other_labels: int
    """Beats with another predicted class."""
    largest_difference: float
    """Of a probability."""


class AnnotatedScores(Timing):
    """Test recordings annotated from R peaks of one origin."""

    flags: dict[str, int]
    """Flag -> beats; "judged" are those without a flag."""
    standard: EC57Summary
    """EC57 scores without the learning period."""
    whole_record: EC57Summary


class AnnotateResults(TypedDict):
    """All of the file."""

    onnx: dict[str, RuntimeComparison]
    """By model."""
    model: str
    """The model that annotates."""
    reference: AnnotatedScores
    """At the R peaks of the reference."""
    detected: AnnotatedScores
    """At the R peaks that are found."""
