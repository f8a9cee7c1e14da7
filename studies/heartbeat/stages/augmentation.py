"""Stage augmentation: what noise, warping, mixing and synthetic beats do against imbalance."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.heartbeat.augmentation import compare_augmentations
from ecgfuse.studies.heartbeat.augmentation_arms import ARMS, AugmentationConfig
from ecgfuse.studies.heartbeat.training import FitConfig

STUDY = Path("studies/heartbeat")
PARAMS = STUDY / "params.yaml"
RESULTS = STUDY / "results/augmentation.json"


def main() -> None:
    """Compare, and enter every arm in the ledger of looks at DS2."""
    config = load_params(AugmentationConfig, path=PARAMS)
    dataset = Path("data/raw") / load_params(DataConfig).database / "dataset.json"
    compare_augmentations(
        config,
        training=load_params(FitConfig, path=PARAMS),
        evaluation=load_params(EvaluateConfig),
        beats=STUDY / "data/beats/mitdb",
        dataset=dataset,
        checkpoints=Path(".checkpoints"),
        workers=n_networks_at_once(),
        results=RESULTS,
        figure=STUDY / "plots/augmentation.png",
    )
    for network in config.networks:
        for arm in ARMS:
            scores = f"networks.{network}.{arm}.mean"
            record_look(
                RESULTS,
                stage="heartbeat/augmentation",
                model=f"{network}, {arm}",
                dataset=dataset,
                scores=(f"{scores}.f1", f"{scores}.roc_auc"),
                parameters=(Path("params.yaml"), PARAMS),
            )


if __name__ == "__main__":
    run_stage(main)
