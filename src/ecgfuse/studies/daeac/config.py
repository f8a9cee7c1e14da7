"""Parameters of the daeac stage: studies/daeac/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.classes import CLASSES
from ecgfuse.engine.device import Precision
from ecgfuse.pipeline.params import require


@dataclass(frozen=True, kw_only=True)
class DaeacConfig:
    """How a trained network is adapted to the beats of new patients, without their labels."""

    group: ClassVar[str] = "daeac"

    adapt_s: float
    """Seconds at the start of each record that are adapted to; the rest is the test."""
    steps: int
    """Gradient steps; the network after the last one is kept."""
    batch_size: int
    """Beats of each domain per step."""
    learning_rate: float
    """Learning rate of Adam, constant."""
    weight_decay: float
    """Weight decay of Adam, added to the gradient; 0 or more."""
    refresh_steps: int
    """Steps between two votes on the pseudo-labels."""
    voters: int
    """Number of latest states of the network that vote."""
    confidence: tuple[float, ...]
    """Minimum mean probability of a confident vote, for each of N S V F."""
    distance: Literal["euclidean", "cosine"]
    """Between features and centres; cosine is 1 minus the cosine."""
    margin: float
    """Distance beyond which two classes need no further separation."""
    centre_rate: float
    """Weight of the batch in the moving average of a centre, above 0 and at most 1."""
    class_scale: float
    """Number of beats over which the weight of a class in the cross-entropy falls by factor e."""
    classify_weight: float
    """Weight of the cross-entropy of the source beats."""
    domain_weight: float
    """Weight of the distance between the global centres of the two domains."""
    pull_weight: float
    """Weight of the distance from the batch mean of a class to its moving centre."""
    align_weight: float
    """Cluster-aligning: weight of the distance between the centres of a class in both domains."""
    separate_weight: float
    """Cluster-maintaining: weight of what two classes lack to the margin."""
    compact_weight: float
    """Cluster-maintaining: weight of the mean distance of the beats of a class to its centre."""
    precision: Precision
    """Precision of the convolutions; auto is bf16 where the hardware supports it, else fp32."""

    def __post_init__(self) -> None:
        for field in ("adapt_s", "learning_rate", "margin", "class_scale"):
            value = getattr(self, field)
            require(value > 0, field=f"daeac.{field}", value=value, cure="must be above 0")
        for field in ("steps", "refresh_steps", "voters"):
            value = getattr(self, field)
            require(value >= 1, field=f"daeac.{field}", value=value, cure="must be 1 or more")
        require(
            self.batch_size >= 2,
            field="daeac.batch_size",
            value=self.batch_size,
            cure="must be 2 or more",
        )
        require(
            len(self.confidence) == len(CLASSES) and all(0 <= c <= 1 for c in self.confidence),
            field="daeac.confidence",
            value=list(self.confidence),
            cure=f"must be four numbers from 0 to 1, for {' '.join(CLASSES)}",
        )
        require(
            0 < self.centre_rate <= 1,
            field="daeac.centre_rate",
            value=self.centre_rate,
            cure="must be above 0 and at most 1, such as 0.1",
        )
        terms = ("classify", "domain", "pull", "align", "separate", "compact")
        for field in ("weight_decay", *(f"{term}_weight" for term in terms)):
            value = getattr(self, field)
            require(value >= 0, field=f"daeac.{field}", value=value, cure="must be 0 or more")
