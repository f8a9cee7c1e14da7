"""Where the data and the results of each model lie.

Those of the three fusions belong to the root pipeline, those of other models to their study. Models
that are kept to annotate with are all in models/.
"""

from dataclasses import dataclass
from pathlib import Path

from ecgfuse.datasets.fusions import CAUSAL, DISTILLED

_STUDIES = {DISTILLED: Path("studies/distill"), CAUSAL: Path("studies/causal")}
"""Model -> folder of the pipeline that makes it, where that is not the root."""


@dataclass(frozen=True)
class Places:
    """Paths of one model, relative to the root of the repository."""

    model: str

    @property
    def home(self) -> Path:
        """The folder of the pipeline that makes the model."""
        return _STUDIES.get(self.model, Path())

    @property
    def features(self) -> Path:
        """Folder with beats/ and rr/, which the model reads."""
        return self.home / "data" if self.model == CAUSAL else Path("data")

    @property
    def networks(self) -> Path:
        """Folder of the trained networks, one for each seed."""
        return self.home / "data/train" / self.model

    @property
    def history(self) -> Path:
        """CSV of the training curves."""
        return self.home / f"plots/training/{self.model}.csv"

    @property
    def predictions(self) -> Path:
        """Folder of what the networks say of the validation and the test patients."""
        return self.home / "data/predictions" / self.model

    @property
    def plots(self) -> Path:
        """Folder of the tables and pictures of the evaluation."""
        return self.home / "plots/evaluation" / self.model

    @property
    def results(self) -> Path:
        """JSON of all scores."""
        return self.home / f"results/{self.model}.json"

    @property
    def metrics(self) -> Path:
        """JSON of the headline scores."""
        return self.home / f"metrics/{self.model}.json"

    @property
    def exported(self) -> Path:
        """The network that is kept, in safetensors; an ONNX file lies beside it."""
        return Path(f"models/{self.model}.safetensors")
