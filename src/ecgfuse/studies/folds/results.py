"""What results/folds.json holds: scores pooled over the folds."""

from typing import NotRequired, TypedDict

from ecgfuse.evaluate.results import ModelScores, ModelSpread


class FoldsData(TypedDict):
    """What was cross-validated."""

    database: str
    kind: str
    """"real" or "synthetic"."""
    beats: int
    records: int


class FoldsResults(ModelScores):
    """All of the file: means over the seeds, and what they are of."""

    data: FoldsData
    seeds: int
    sd: NotRequired[ModelSpread]
    """Over the seeds; missing with one seed."""
