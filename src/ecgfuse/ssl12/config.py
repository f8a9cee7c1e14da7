"""Parameters of studies/ssl12: the groups of its params.yaml beside `pretrain`."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.download.config import Source
from ecgfuse.params import require, require_seeds
from ecgfuse.pretrain.config import Precision, require_schedule

DatabaseName = Literal["ptb-xl", "cpsc2018", "chapman-shaoxing"]
LeadSet = Literal["12", "6", "3", "2", "1"]


@dataclass(frozen=True, kw_only=True)
class RecordingsConfig:
    """Which recordings are read, and as what."""

    group: ClassVar[str] = "recordings"

    databases: tuple[DatabaseName, ...]
    """ptb-xl has diagnoses, rhythms and patients; of the others a recording is a patient."""
    source: Source
    """Where to take them from; there is no synthetic one."""
    fs: float
    """Sampling rate to work at, in Hz. Published: 360 makes the 3600 samples of the masked
    autoencoders, 500 the 2 x 2500 of W2V+CMSC+RLM."""

    def __post_init__(self) -> None:
        require(
            len(self.databases) >= 1 and len(set(self.databases)) == len(self.databases),
            field="recordings.databases",
            value=list(self.databases),
            cure="must name at least one database, and none twice, such as [ptb-xl]",
        )
        require(
            self.source != "synthetic",
            field="recordings.source",
            value=self.source,
            cure="must be auto, mirror or physionet: there are no synthetic 12-lead recordings",
        )
        require(
            100 <= self.fs <= 1000 and (10 * self.fs) % 50 == 0,
            field="recordings.fs",
            value=self.fs,
            cure="must lie between 100 and 1000 Hz and make whole patches of 25 samples in both "
            "halves of 10 s, such as 250, 360 or 500",
        )


@dataclass(frozen=True, kw_only=True)
class FineTuneConfig:
    """How a classifier is trained on labelled recordings, from a backbone or from scratch."""

    group: ClassVar[str] = "fine_tune"

    seeds: tuple[int, ...]
    """One network each."""
    epochs: int
    """At most."""
    batch_size: int
    """Recordings of one step."""
    learning_rate: float
    """Of Adam, end to end, after warm-up."""
    probe_learning_rate: float
    """Of Adam, of the linear layer on a frozen encoder."""
    warmup_epochs: int
    """In which the rate rises to that."""
    patience: int
    """Epochs without a better validation loss after which the rate falls."""
    factor: float
    """By which it falls."""
    stop_after: int
    """Epochs without a better validation loss after which training ends."""
    precision: Precision
    """What is computed in, end to end and in identification; auto is bf16 where that is fast."""

    def __post_init__(self) -> None:
        group = self.group
        require_seeds(self.seeds, field=f"{group}.seeds")
        require_schedule(self, rates=("learning_rate", "probe_learning_rate"))
        for field in ("batch_size", "stop_after"):
            value = getattr(self, field)
            require(value >= 1, field=f"{group}.{field}", value=value, cure="must be 1 or more")


@dataclass(frozen=True, kw_only=True)
class LeadsConfig:
    """The lead experiments of W2V+CMSC+RLM."""

    group: ClassVar[str] = "leads"

    sets: tuple[LeadSet, ...]
    """Numbers of leads: 12 | 6, the limb leads | 3, I II V2 | 2, I II | 1, I."""
    pretrain_epochs: int
    """At most; of every encoder pretrained in this stage."""
    seeds: tuple[int, ...]
    """One network each, for every row of the table."""
    identify_epochs: int
    """Of the training that tells the training recordings apart."""
    identify_scale: float
    """Of ArcFace, 192 as published."""
    identify_margin: float
    """Of ArcFace, in radians, 1 as published."""
    identify_learning_rate: float
    """Of Adam."""

    def __post_init__(self) -> None:
        require(
            len(self.sets) >= 1 and len(set(self.sets)) == len(self.sets),
            field="leads.sets",
            value=list(self.sets),
            cure="must name at least one set, and none twice, such as [12, 6, 3, 2, 1]",
        )
        require(
            self.pretrain_epochs >= 1,
            field="leads.pretrain_epochs",
            value=self.pretrain_epochs,
            cure="must be 1 or more",
        )
        require_seeds(self.seeds, field="leads.seeds")
        require(
            self.identify_epochs >= 0,
            field="leads.identify_epochs",
            value=self.identify_epochs,
            cure="must be 0 or more; 0 compares what pretraining left",
        )
        for field, most in (
            ("identify_scale", 1000.0),
            ("identify_margin", 1.5),
            ("identify_learning_rate", 1.0),
        ):
            value = getattr(self, field)
            require(
                0 < value <= most,
                field=f"leads.{field}",
                value=value,
                cure=f"must be above 0 and at most {most:g}",
            )
