"""Parameters of the preprocess stage: the group `preprocess` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.pipeline.params import require

Row = Literal[
    "interval",
    "interval_reference",
    "interval_difference",
    "interval_deviation",
    "window",
    "window_reference",
    "window_difference",
    "window_deviation",
]
"""A segment of the beat, of the patient's median beat (reference), of the beat minus the median
(difference), or of that difference relative to the patient's usual one (deviation)."""


@dataclass(frozen=True, kw_only=True)
class PreprocessConfig:
    """How a heartbeat is cut from a recording."""

    group: ClassVar[str] = "preprocess"

    leads: tuple[str, ...]
    """Leads in order of preference; the first one in a record is used."""
    fs: float
    """Working sampling rate, in Hz; records at other rates are resampled."""
    band: tuple[float, ...]
    """[low, high] of the pass band of the zero-phase FIR filter, in Hz."""
    fir_order: int
    """Order of the FIR filter, in samples; even."""
    baseline: Literal["none", "median"]
    """median: subtract running medians over 200 and 600 ms (de Chazal 2004)."""
    rows: tuple[Row, ...]
    """ECG rows of the model input; figures show the first one."""
    interval_s: tuple[float, ...]
    """Limits of the interval rows: seconds after the previous R peak, seconds after this one."""
    window_s: tuple[float, ...]
    """Limits of the window rows: seconds before and after this R peak."""
    length: int
    """Samples of a segment after resampling."""
    scale: Literal["zscore", "range"]
    """Per segment: zero mean and unit variance, or divide by maximum - minimum (DAEAC)."""
    reference: Literal["record", "causal"]
    """Median beat over the whole record, or over the beats so far."""
    reference_from: Literal["all", "not_early"]
    """Beats in the median: all, or those that are not early, which are rarely ectopic."""
    reference_beats: int
    """Beats in the running median if reference is causal."""
    comparisons: bool
    """Add six morphology features, which compare a beat with the patient's median beat, to the
    input of the fusion block."""
    second_lead: bool
    """Add six more from the next of `leads` in the record; without one they are 0, as for a usual
    beat."""

    def __post_init__(self) -> None:
        group = self.group
        require(
            len(self.leads) > 0,
            field=f"{group}.leads",
            value=self.leads,
            cure="must name at least one lead, such as MLII",
        )
        require(
            50 <= self.fs <= 5000,
            field=f"{group}.fs",
            value=self.fs,
            cure="must lie between 50 and 5000 Hz",
        )
        require(
            len(self.band) == 2 and 0 < self.band[0] < self.band[1] < self.fs / 2,
            field=f"{group}.band",
            value=list(self.band),
            cure=f"must be [low, high] with 0 < low < high < fs / 2 = {self.fs / 2:g} Hz",
        )
        require(
            self.fir_order >= 2 and self.fir_order % 2 == 0,
            field=f"{group}.fir_order",
            value=self.fir_order,
            cure="must be even and at least 2",
        )
        require(
            len(self.rows) >= 1 and len(set(self.rows)) == len(self.rows),
            field=f"{group}.rows",
            value=list(self.rows),
            cure="must name at least one row, and each only once",
        )
        for field in ("interval_s", "window_s"):
            value = getattr(self, field)
            require(
                len(value) == 2 and 0 <= value[0] <= 3 and 0 < value[1] <= 3,
                field=f"{group}.{field}",
                value=list(value),
                cure="must be two times between 0 and 3 seconds, such as [0.14, 0.28]",
            )
        require(
            self.length >= 16 and self.length % 2 == 0,
            field=f"{group}.length",
            value=self.length,
            cure="must be even and at least 16",
        )
        require(
            self.comparisons or not self.second_lead,
            field=f"{group}.second_lead",
            value=self.second_lead,
            cure=f"must be false unless {group}.comparisons is true: nothing else reads that lead",
        )
        require(
            self.reference_beats >= 1,
            field=f"{group}.reference_beats",
            value=self.reference_beats,
            cure="must be 1 or more",
        )
