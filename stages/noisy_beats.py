"""Stage noisy_beats: the beats of DS1 once more, from recordings with real noise added."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig, NoiseDataConfig
from ecgfuse.noisy_beats.config import NoisyBeatsConfig
from ecgfuse.noisy_beats.run import NoisyBeatsJob, make_noisy_beats
from ecgfuse.params import load_params
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.stage import run_stage
from ecgfuse.train.config import AugmentConfig
from ecgfuse.workers import n_workers


def main() -> None:
    """Cut the noisy twins of all training and validation beats, if augment.noisy_beats is on."""
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
