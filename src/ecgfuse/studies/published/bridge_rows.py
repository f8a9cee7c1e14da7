"""The bridge from the study's hybrid network to today's, one change per row."""

from dataclasses import dataclass, replace
from typing import Literal

from ecgfuse.models.aspp import Activation
from ecgfuse.studies.published.beats import RRBetween


@dataclass(frozen=True, kw_only=True)
class BridgeRow:
    """Settings of a row; the defaults are those of the study."""

    name: str
    change: str
    """What it changes of the row before."""
    signal: RRBetween | Literal["project"] = "annotations"
    """The ECG row: as published, from the previous annotation or beat on; or as the pipeline cuts
    it."""
    rr: RRBetween | Literal["project"] = "annotations"
    """The seven RR features: as published, between annotations or beats; or those of the
    pipeline."""
    rr_rows: Literal["ratios", "features"] = "ratios"
    """Constant rows of the input: the two published ratios, or the seven features."""
    standardised: bool = False
    """Whether RR features are standardised by the training beats and clipped."""
    activation: Activation = "tanh"
    recipe: Literal["published", "project"] = "published"
    """Optimiser, schedule, batches, sampling and loss."""
    block: Literal["published", "project"] = "published"
    """Attention to one pooled token, or the block of params.yaml in the network of the pipeline."""
    deviations: bool = False
    """All signal rows of the pipeline, not only the first."""
    morphology: bool = False
    """Comparisons with the patient's median beat."""
    waveform_dropout: bool = False
    """As in params.yaml, else 0."""


def bridge() -> list[BridgeRow]:
    """All rows, from the study's opt3 MHCA to the default hybrid network.

    Three rows change more than one thing, as the parts do not work alone:
    "beats" moves the start of the segments with the RR intervals, both of which are measured from
    the same marks; "recipe" changes optimiser, schedule, batches, sampling and class weights, which
    were chosen together; "attention" replaces the whole block, as attention to a sequence needs
    positions, and a query that may be ignored needs the residual and the gate.
    """
    rows = [BridgeRow(name="as_published", change="as published: hybrid MHCA opt3")]

    def then(name: str, change: str, **changes: object) -> None:
        rows.append(replace(rows[-1], name=name, change=change, **changes))  # type: ignore[arg-type]

    then("beats", "RR and segments between beats only", signal="beats", rr="beats")
    then("relu", "ReLU in place of tanh", activation="relu")
    then("recipe", "training recipe of params.yaml", recipe="project")
    then("standardised", "RR features standardised and clipped", standardised=True)
    then("seven_rows", "seven RR features as rows in place of two ratios", rr_rows="features")
    then("rr_features", "RR features of params.yaml (log ratios over irregularity)", rr="project")
    then("attention", "block of params.yaml: attention to the sequence, residual", block="project")
    then("signal", "median baseline, one pass of the FIR, area averages", signal="project")
    then("deviations", "rows of the deviation from the median beat", deviations=True)
    then("morphology", "comparisons with the median beat", morphology=True)
    then("default", "waveform dropout: today's default", waveform_dropout=True)
    return rows
