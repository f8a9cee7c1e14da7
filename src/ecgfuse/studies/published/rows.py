"""The rows of the table: the networks of the study, and what it published for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ecgfuse.models.aspp import Activation
from ecgfuse.studies.published.beats import RRBetween
from ecgfuse.studies.published.data import Option
from ecgfuse.studies.published.macnn import MacnnFusion, PublishedMacnn
from ecgfuse.studies.published.resunet import PublishedResunet, ResunetFusion
from ecgfuse.studies.published.rr import N_FEATURES

PublishedNetwork = PublishedMacnn | PublishedResunet


@dataclass(frozen=True, kw_only=True)
class Published:
    """Scores on DS2 as published, in percent."""

    accuracy: float | None = None
    """Mean over the classes of the accuracy of one against the rest."""
    sensitivity: float | None = None
    """Macro."""
    f1: float | None = None
    """Macro."""


@dataclass(frozen=True, kw_only=True)
class MacnnRow:
    """A row with the backbone MACNN-SE."""

    backbone: Literal["macnn"] = "macnn"
    title: str
    option: Option
    fusion: MacnnFusion
    rr_between: RRBetween | None = None
    """None: as the parameter."""
    activation: Activation = "tanh"
    """Of every ASPP."""
    published: Published | None = None

    def build(self) -> PublishedNetwork:
        """A new network, with weights drawn from torch's generator."""
        return PublishedMacnn(
            1 if self.option == "opt1" else 3,
            n_rr=N_FEATURES,
            fusion=self.fusion,
            activation=self.activation,
        )


@dataclass(frozen=True, kw_only=True)
class ResunetRow:
    """A row with the ResUNet, on one ECG row."""

    backbone: Literal["resunet"] = "resunet"
    title: str
    option: Option = "opt1"
    fusion: ResunetFusion
    transformer: bool = False
    """The transformer that the study names and its code lacks: a guess."""
    rr_between: RRBetween | None = None
    published: Published | None = None

    def build(self) -> PublishedNetwork:
        """A new network, with weights drawn from torch's generator."""
        return PublishedResunet(n_rr=N_FEATURES, fusion=self.fusion, transformer=self.transformer)


Row = MacnnRow | ResunetRow

ROWS: Mapping[str, Row] = {
    "baseline_opt2": MacnnRow(
        title="MACNN-SE, baseline opt2",
        option="opt2",
        fusion="none",
        published=Published(accuracy=96.18, sensitivity=40.71, f1=43.19),
    ),
    "concat_opt1": MacnnRow(
        title="MACNN-SE, concat opt1",
        option="opt1",
        fusion="concat",
        published=Published(accuracy=93.22, sensitivity=47.56, f1=43.84),
    ),
    "concat_opt3": MacnnRow(title="MACNN-SE, concat opt3", option="opt3", fusion="concat"),
    "concat_proj_opt1": MacnnRow(
        title="MACNN-SE, projected concat opt1",
        option="opt1",
        fusion="concat_proj",
        published=Published(accuracy=96.74, sensitivity=42.37, f1=44.53),
    ),
    "concat_proj_opt3": MacnnRow(
        title="MACNN-SE, projected concat opt3", option="opt3", fusion="concat_proj"
    ),
    "mhca_opt1": MacnnRow(
        title="MACNN-SE, MHCA opt1",
        option="opt1",
        fusion="mhca",
        published=Published(accuracy=92.48, sensitivity=43.28, f1=45.41),
    ),
    "mhca_opt3": MacnnRow(
        title="MACNN-SE, hybrid MHCA opt3",
        option="opt3",
        fusion="mhca",
        published=Published(accuracy=93.74, sensitivity=70.83, f1=58.54),
    ),
    "mhca_opt3_beats": MacnnRow(
        title="the same, RR between beats only",
        option="opt3",
        fusion="mhca",
        rr_between="beats",
    ),
    "mhca_text_opt1": MacnnRow(
        title="MACNN-SE, MHCA opt1 as in the text", option="opt1", fusion="mhca_text"
    ),
    "mhca_text_opt3": MacnnRow(
        title="MACNN-SE, hybrid MHCA opt3 as in the text", option="opt3", fusion="mhca_text"
    ),
    "resunet_baseline": ResunetRow(
        title="ResUNet, baseline",
        fusion="none",
        published=Published(accuracy=96.48, sensitivity=45.33, f1=46.88),
    ),
    "resunet_a1": ResunetRow(
        title="ResUNet, A1 naive concat",
        fusion="concat",
        published=Published(accuracy=95.70, sensitivity=47.58, f1=41.60),
    ),
    "resunet_a2": ResunetRow(
        title="ResUNet, A2 cross-attention",
        fusion="attention",
        published=Published(accuracy=96.44, sensitivity=51.18, f1=52.36),
    ),
    "resunet_b1": ResunetRow(
        title="ResUNet, B1 naive concat, guessed transformer",
        fusion="concat",
        transformer=True,
        published=Published(accuracy=97.49, sensitivity=59.71, f1=60.56),
    ),
    "resunet_b2": ResunetRow(
        title="ResUNet, B2 cross-attention, guessed transformer",
        fusion="attention",
        transformer=True,
        published=Published(accuracy=97.72, sensitivity=62.90, f1=65.69),
    ),
}
"""By name, in the order of the table."""
ROW_NAMES: tuple[str, ...] = tuple(ROWS)
