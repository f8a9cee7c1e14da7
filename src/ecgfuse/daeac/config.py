"""Parameters of the daeac stage: studies/daeac/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.params import require
from ecgfuse.records.annotations import CLASSES


@dataclass(frozen=True, kw_only=True)
class DaeacConfig:
    """How a trained network is adapted to the beats of new patients, without their labels."""

    group: ClassVar[str] = "daeac"

    adapt_s: float
    """Seconds at the start of each record whose beats are adapted to; the rest is the test."""
    steps: int
    """Steps of gradient descent; the network after the last one is kept."""
    batch_size: int
    """Beats of each domain in a step."""
    learning_rate: float
    """Of Adam, constant."""
    weight_decay: float
    """Added to the gradient, 0 or more."""
    refresh_steps: int
    """Steps between one vote on the pseudo-labels and the next."""
    voters: int
    """Latest states of the network that vote."""
    confidence: tuple[float, ...]
    """Mean probability of the class, for each of N S V F, from which on a vote is believed."""
    distance: Literal["euclidean", "cosine"]
    """Between features and centres; cosine is 1 minus the cosine."""
    margin: float
    """Distance from which on two classes are apart enough."""
    centre_rate: float
    """Share of the batch in a moving centre, above 0 to 1."""
    class_scale: float
    """Beats over which the weight of a class in the cross-entropy falls by a factor of e."""
    classify_weight: float
    """Of the cross-entropy of the source beats."""
    domain_weight: float
    """Of the distance between the two domains' global centres."""
    pull_weight: float
    """Of the distance of the mean of a class in the batch to its moving centre."""
    align_weight: float
    """Cluster-aligning: of the distance between the two domains' centres of a class."""
    separate_weight: float
    """Cluster-maintaining: of what two classes lack to the margin."""
    compact_weight: float
    """Cluster-maintaining: of the mean distance of the beats of a class to its centre."""
    precision: Literal["auto", "fp32", "bf16"]
    """Of the convolutions; auto is bf16 where the CPU computes in it, else fp32."""

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
