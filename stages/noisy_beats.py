"""Stage noisy_beats: the beats of DS1 again, from recordings with real noise added."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig, NoiseDataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.noise.config import NoisyBeatsConfig
from ecgfuse.noise.noisy_beats import NoisyBeatsJob, make_noisy_beats
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.train.config import AugmentConfig


def main() -> None:
    """Cut noisy versions of all training and validation beats, if augment.noisy_beats is on."""
    records = {"train": load_params(SplitConfig).train, "valid": load_params(SplitConfig).valid}
    job = NoisyBeatsJob(
        recordings=Path("data/raw") / load_params(DataConfig).database,
        noise=Path("data/raw") / load_params(NoiseDataConfig).database,
        preprocess=load_params(PreprocessConfig),
        config=load_params(NoisyBeatsConfig),
    )
    make_noisy_beats(
        job,
        records=records if load_params(AugmentConfig).noisy_beats else {},
        workers=n_workers(sum(map(len, records.values()))),
        out=Path("data/noisy_beats"),
    )


if __name__ == "__main__":
    run_stage(main)
