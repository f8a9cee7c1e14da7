"""Which records train, validate and test: the group `split` of params.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.params import require

SPLITS = ("train", "valid", "test")

SAME_SUBJECT = ("201", "202")
"""MIT-BIH: one person, the first in DS1 and the second in DS2 of de Chazal's split, which parts
records, not quite patients."""


@dataclass(frozen=True, kw_only=True)
class SplitConfig:
    """Record names of the three splits; a record, so a patient, is in one of them only."""

    group: ClassVar[str] = "split"

    train: tuple[str, ...]
    """Records that training sees."""
    valid: tuple[str, ...]
    """Records that choose checkpoints and settings; no training record."""
    test: tuple[str, ...]
    """Records of new patients, read by `evaluate` and `daeac` alone."""

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
