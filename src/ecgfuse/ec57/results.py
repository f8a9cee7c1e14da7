"""What results/ec57.json holds: EC57 scores by fusion and rule."""

from typing import TypedDict

Figure = float | None
"""A fraction; None where there is nothing to divide by."""


class DetectionFigures(TypedDict):
    """Sensitivity and positive predictivity of one kind of beat."""

    se: Figure
    ppv: Figure


class VEBFigures(DetectionFigures):
    """The same of ventricular ectopic beats, with their false positive rate."""

    fpr: Figure


class EC57Figures(TypedDict):
    """The figures of a standard EC57 report."""

    qrs: DetectionFigures
    veb: VEBFigures
    sveb: DetectionFigures


class EC57Summary(TypedDict):
    """Aggregate figures of several records."""

    gross: EC57Figures
    """All beats weigh the same."""
    average: EC57Figures
    """All records weigh the same; a record in which a figure is undefined is left out."""


class EC57ByRule(TypedDict):
    """Scores by what is counted."""

    standard: EC57Summary
    """EC57, without the learning period."""
    whole_record: EC57Summary
    """EC57 classes, every beat."""
    literature: EC57Summary
    """Every beat; the escape beats e and j are N."""


EC57Results = dict[str, EC57ByRule]
"""Fusion -> its scores."""
