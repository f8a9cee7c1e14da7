"""What the annotator asks of a model, and how a model is opened."""

from typing import Protocol

import numpy as np

from ecgfuse.annotate.annotation import Judged, Prepared
from ecgfuse.annotate.classes import BeatClasses
from ecgfuse.annotate.lead import Lead
from ecgfuse.annotate.model_file import ModelFile, find_model
from ecgfuse.annotate.network import Network
from ecgfuse.annotate.single_beat import SingleBeatNetwork


class Model(Protocol):
    """A network with everything that its recordings and beats need."""

    @property
    def file(self) -> ModelFile:
        """The file it is from."""

    @property
    def classes(self) -> BeatClasses:
        """The classes it sorts beats into."""

    @property
    def leads(self) -> tuple[str, ...]:
        """Names of leads in order of preference."""

    @property
    def fs(self) -> float:
        """Sampling rate in Hz to which recordings are resampled."""

    @property
    def causal(self) -> bool:
        """Whether the interval after a beat is not needed."""

    def filter(self, signal: np.ndarray) -> np.ndarray:
        """Filter a lead (n_samples,) in mV at `fs`; its R peaks and its quality are judged so."""

    def waveform(self, lead: Lead, *, filtered: np.ndarray) -> np.ndarray:
        """What `classify` cuts beats from."""

    def classify(
        self, prepared: Prepared, *, workers: int, progress: bool, attention: bool = False
    ) -> Judged:
        """Judge all beats of a recording; with their attention, if asked for and there is any."""


def open_model(model: str) -> Model:
    """Open a model, given by name, such as hybrid or cnn_lstm, or by path.

    Raises:
        ValueError: there is no such model, or the file is not one of this version.
    """
    file = ModelFile(find_model(model))
    if file.description.get("kind") == SingleBeatNetwork.kind:
        return SingleBeatNetwork(file)
    return Network(file)
