"""Parameters of studies/ssl12: the groups of its params.yaml except `pretrain`."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.download.config import Source
from ecgfuse.engine.device import Precision
from ecgfuse.pipeline.params import require, require_seeds
from ecgfuse.pretrain.config import require_schedule

DatabaseName = Literal["ptb-xl", "cpsc2018", "chapman-shaoxing"]
LeadSet = Literal["12", "6", "3", "2", "1"]


@dataclass(frozen=True, kw_only=True)
class RecordingsConfig:
    """Which recordings to read, and at which sampling rate."""

    group: ClassVar[str] = "recordings"

    databases: tuple[DatabaseName, ...]
    """ptb-xl has diagnoses, rhythms and patients; in the others each recording is one patient."""
    source: Source
    """Where to fetch them from; there is no synthetic stand-in."""
    fs: float
    """Sampling rate to work at, in Hz. As published, 360 gives the 3600 samples of the masked
    autoencoders and 500 the 2 x 2500 of W2V+CMSC+RLM."""

    def __post_init__(self) -> None:
        require(
            len(self.databases) >= 1 and len(set(self.databases)) == len(self.databases),
            field="recordings.databases",
            value=list(self.databases),
            cure="must be distinct names, at least one, such as [ptb-xl]",
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
    """How a classifier is trained on labelled recordings, pretrained or from scratch."""

    group: ClassVar[str] = "fine_tune"

    seeds: tuple[int, ...]
    """One network per seed."""
    epochs: int
    """Maximum number of epochs."""
    batch_size: int
    """Recordings per step."""
    learning_rate: float
    """Learning rate of Adam after warm-up, for the whole network."""
    probe_learning_rate: float
    """Learning rate of Adam for the linear layer on a frozen encoder."""
    warmup_epochs: int
    """Epochs in which the learning rate rises to its full value."""
    patience: int
    """Epochs without a better validation loss before the learning rate is reduced."""
    factor: float
    """Factor by which it is multiplied then."""
    stop_after: int
    """Epochs without a better validation loss before training ends."""
    precision: Precision
    """Precision of fine-tuning and identification; auto is bf16 where that is fast."""

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
    """Maximum number of epochs of each encoder pretrained in this stage."""
    seeds: tuple[int, ...]
    """One network per seed, for every row of the table."""
    identify_epochs: int
    """Epochs of the training that distinguishes the training recordings."""
    identify_scale: float
    """Scale of ArcFace, 192 as published."""
    identify_margin: float
    """Margin of ArcFace in radians, 1 as published."""
    identify_learning_rate: float
    """Learning rate of Adam."""

    def __post_init__(self) -> None:
        require(
            len(self.sets) >= 1 and len(set(self.sets)) == len(self.sets),
            field="leads.sets",
            value=list(self.sets),
            cure="must be distinct sets, at least one, such as [12, 6, 3, 2, 1]",
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
            cure="must be 0 or more; 0 tests the encoder as pretrained",
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
