"""Records for training, validation and test: the group `split` of params.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.pipeline.params import require

SPLITS = ("train", "valid", "test")

SAME_SUBJECT = ("201", "202")
"""MIT-BIH records of one person. De Chazal's split is by record: 201 is in DS1 and 202 in DS2."""


@dataclass(frozen=True, kw_only=True)
class SplitConfig:
    """Record names of the three splits. Each record, and so each patient, is in one split only."""

    group: ClassVar[str] = "split"

    train: tuple[str, ...]
    """Training records."""
    valid: tuple[str, ...]
    """Records used to choose checkpoints and settings; disjoint from `train`."""
    test: tuple[str, ...]
    """Records of unseen patients. Trainings and the choice of settings never read them, except the
    study daeac, which adapts to their unlabelled beats."""

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for split, names in self.records().items():
            require(
                len(names) > 0,
                field=f"split.{split}",
                value=list(names),
                cure="must name at least one record",
            )
            for name in names:
                require(
                    name not in seen,
                    field=f"split.{split}",
                    value=name,
                    cure=f"that record is already in split.{seen.get(name)}; name it once",
                )
                seen[name] = split

    def records(self) -> Mapping[str, tuple[str, ...]]:
        """Record names by split."""
        return {split: getattr(self, split) for split in SPLITS}
