"""The models that are trained, evaluated and exported: names, files, and which ones are causal.

The compared models belong to the root pipeline, the others to a study each. Exported models of all
pipelines are in models/.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ecgfuse.datasets.fusions import FUSIONS, NETWORKS, Fusion
from ecgfuse.models.config import Block, FusionConfig
from ecgfuse.pipeline.stage import named_argument
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.train.config import AugmentConfig

DISTILLED = "best"
"""One network distilled from the ensembles of all seeds, the best single one to deploy."""
CAUSAL = "causal"
"""Hybrid fusion of features that use nothing later than the beat, as a monitor needs them."""
BLOCKS: tuple[Block, ...] = ("concat", "gated_concat", "film")
"""Late fusion with another block in place of fusion.block, under the name of the block."""
COMPARED = (*NETWORKS, *BLOCKS)
"""What the root pipeline trains and compares: same inputs, RR joins elsewhere or otherwise."""
TRAINED_ON_LABELS = (*COMPARED, CAUSAL)
"""What the stage train fits; the distilled network learns from the outputs of some of these."""
EXPORTED = (*FUSIONS, DISTILLED, CAUSAL)
"""What is exported to models/."""
MODELS = (*COMPARED, DISTILLED, CAUSAL)
"""What is evaluated."""

_STUDIES = {DISTILLED: Path("studies/distill"), CAUSAL: Path("studies/causal")}
"""Model -> folder of its pipeline, where that is not the root."""


@dataclass(frozen=True)
class TrainedModel:
    """One of MODELS; its paths are relative to the root of the repository."""

    name: str

    def __post_init__(self) -> None:
        if self.name not in MODELS:
            raise ValueError(f"{self.name!r} is no model, but must be one of: {', '.join(MODELS)}")

    @property
    def fusion(self) -> Fusion:
        """The fusion that the stage train fits.

        Raises:
            ValueError: the model is distilled; distill.student has its fusion.
        """
        if self.name not in TRAINED_ON_LABELS:
            raise ValueError(f"the model {self.name} is not trained on labels; see distill.student")
        if self.name in BLOCKS:
            return "late"
        return "hybrid" if self.is_causal else cast(Fusion, self.name)

    @property
    def is_causal(self) -> bool:
        """Whether the features of a beat use nothing later than the beat.

        What remains is a fixed delay of 1.2 s: the segments of a beat end 0.4 s after its R peak,
        and the filters, that of the baseline included, look 0.8 s ahead.
        """
        return self.name == CAUSAL

    def preprocess(self, config: PreprocessConfig) -> PreprocessConfig:
        """How its beats are cut; causal: with the running median beat, not that of the record."""
        return dataclasses.replace(config, reference="causal") if self.is_causal else config

    def rr(self, config: RRConfig) -> RRConfig:
        """How its RR features are computed; causal: of this and earlier intervals only."""
        return dataclasses.replace(config, causal=True) if self.is_causal else config

    def block(self, config: FusionConfig) -> FusionConfig:
        """Its fusion block."""
        return dataclasses.replace(config, block=self.name) if self.name in BLOCKS else config

    def augment(self, config: AugmentConfig) -> AugmentConfig:
        """How its beats are augmented; causal: without noisy beats, which are not causal."""
        return dataclasses.replace(config, noisy_beats=0.0) if self.is_causal else config

    @property
    def pipeline(self) -> Path:
        """Folder of the pipeline that makes the model."""
        return _STUDIES.get(self.name, Path())

    @property
    def features(self) -> Path:
        """Folder with beats/ and rr/, which the model reads."""
        return self.pipeline / "data" if self.is_causal else Path("data")

    @property
    def networks(self) -> Path:
        """Folder of the trained networks, one per seed."""
        return self.pipeline / "data/train" / self.name

    @property
    def history(self) -> Path:
        """CSV of the training curves."""
        return self.pipeline / f"plots/training/{self.name}.csv"

    @property
    def predictions(self) -> Path:
        """Folder of the predictions for the validation and test patients."""
        return self.pipeline / "data/predictions" / self.name

    @property
    def plots(self) -> Path:
        """Folder of the tables and figures of the evaluation."""
        return self.pipeline / "plots/evaluation" / self.name

    @property
    def results(self) -> Path:
        """JSON of all scores."""
        return self.pipeline / f"results/{self.name}.json"

    @property
    def metrics(self) -> Path:
        """JSON of the headline scores."""
        return self.pipeline / f"metrics/{self.name}.json"

    @property
    def exported(self) -> Path:
        """The exported network in safetensors; an ONNX file lies beside it."""
        return Path(f"models/{self.name}.safetensors")


def model_named(arguments: Sequence[str], *, allowed: Sequence[str] = MODELS) -> TrainedModel:
    """The model that a command line such as ["stages/evaluate.py", "best"] names.

    Raises:
        ValueError: there is not exactly one argument, or it is none of the allowed names.
    """
    return TrainedModel(named_argument(arguments, kind="MODEL", allowed=allowed))
