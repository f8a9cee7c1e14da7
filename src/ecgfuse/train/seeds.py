"""Train one fusion with several seeds, one single-threaded process per seed.

Results then do not depend on the number of parallel processes, and two single-threaded processes
train more beats per second than one process with two threads.
"""

import dataclasses
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from ecgfuse.datasets.beats import require_all_classes
from ecgfuse.datasets.fusions import Fusion, uses_rr, uses_waveform
from ecgfuse.datasets.inputs import LabelledInputs, load_inputs
from ecgfuse.datasets.rr import rr_path
from ecgfuse.engine.checkpoint import fingerprint
from ecgfuse.engine.device import compute_device
from ecgfuse.engine.processes import process_pool, report_progress
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.backbone import Backbone, backbone_path, load_backbone
from ecgfuse.models.config import FusionConfig, ModelConfig, Size
from ecgfuse.models.store import NetworkSpec
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.loop import TrainedSeed, train_seed
from ecgfuse.train.sampling import epoch_size


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """Data and settings of the training of one fusion, common to all seeds."""

    fusion: Fusion
    beats: Path
    """Output folder of `preprocess`."""
    rr: Path
    """Output folder of `rr`."""
    model: ModelConfig
    size: Size
    """Of backbones that come in two sizes."""
    block: FusionConfig
    backbone: Path | None
    """Output folder of `pretrain`; None always starts from scratch, as without a waveform."""
    train: TrainConfig
    augment: AugmentConfig
    noisy_beats: Path
    """Output folder of `noisy_beats`, read if augment.noisy_beats is on."""
    checkpoints: Path
    """Folder for checkpoints; not an output of the stage."""
    targets: Path | None = None
    """Soft targets of the training beats in place of their labels, NPY (n_beats, n_classes)."""

    def load(self, split: str) -> LabelledInputs:
        """Load the beats of "train" or "valid", which must contain all four classes."""
        data = self.read(split, in_noise=split == "train")
        require_all_classes(data.labels.numpy(), split=split)
        if self.targets is not None and split == "train":
            return dataclasses.replace(data, targets=torch.from_numpy(np.load(self.targets)))
        return data

    def read(self, split: str, *, in_noise: bool) -> LabelledInputs:
        """Load the beats of a split, whichever classes it contains.

        Args:
            in_noise: load their copies with noise too, if augment.noisy_beats is on.
        """
        return load_inputs(
            split,
            beats=self.beats,
            rr=self.rr,
            fusion=self.fusion,
            noisy_beats=self.noisy_beats if in_noise and self.augment.noisy_beats else None,
        )

    def spec(self, data: LabelledInputs) -> NetworkSpec:
        """Specification of the network for these beats."""
        return NetworkSpec.for_beats(
            data.inputs,
            fusion=self.fusion,
            model=self.model,
            size=self.size,
            block=self.block,
        )

    def start(self) -> Backbone | None:
        """Load the pretrained weights of the backbone; None if trained from scratch."""
        return None if self.backbone is None else load_backbone(self.backbone)

    def fingerprint(self) -> str:
        """Checkpoint folder name of this job; jobs with equal names have equal results."""
        # Without the seeds, which have separate checkpoints and do not depend on each other.
        settings = {
            "fusion": self.fusion,
            "device": compute_device().type,
            "model": dataclasses.asdict(self.model),
            "size": self.size,
            "block": dataclasses.asdict(self.block),
            "train": dataclasses.asdict(dataclasses.replace(self.train, seeds=(0,))),
            "augment": dataclasses.asdict(self.augment),
        }
        waveforms = ["ecg.npy", "comparison.npy"] * uses_waveform(self.fusion)
        files: list[Path] = []
        for split in ("train", "valid"):
            files += [self.beats / split / name for name in ("beats.csv", *waveforms)]
            files += [rr_path(self.rr / split)] * uses_rr(self.fusion)
        if self.augment.noisy_beats:
            files += [self.noisy_beats / "train" / name for name in ("ecg.npy", "comparison.npy")]
        files += [] if self.targets is None else [self.targets]
        if self.backbone is not None and backbone_path(self.backbone).is_file():
            files.append(backbone_path(self.backbone))
        return fingerprint(settings, files=files)


def train_seeds(job: TrainingJob, *, workers: int) -> tuple[NetworkSpec, list[TrainedSeed]]:
    """Train every seed of the job, resuming those that have a checkpoint.

    Args:
        workers: seeds trained in parallel; does not change the result.

    Returns:
        The specification of the network, and the trained seeds in the order of `train.seeds`.

    Raises:
        ValueError: a split lacks a class, a loss is not finite, or a process was killed.
        KeyboardInterrupt: interrupted; the checkpoints of finished epochs are kept.
    """
    # Loaded here too, to fail on bad data before processes start.
    train, _ = job.load("train"), job.load("valid")
    seeds = job.train.seeds
    folder = job.checkpoints / job.fingerprint()
    paths = [folder / f"seed-{seed}.pt" for seed in seeds]
    bar = tqdm(
        total=epoch_size(len(train), config=job.train) * job.train.epochs * len(seeds),
        desc=f"train {job.fusion}",
        unit="beat",
        unit_scale=True,
        disable=None,
    )
    with bar, process_pool(workers, progress=bar.update) as pool:
        try:
            trained = list(pool.map(partial(_train_one, job), seeds, paths))
        except BrokenProcessPool:
            raise ValueError(
                "a training process was killed, probably out of memory; run the stage again to "
                "resume from its last epoch, with ECGFUSE_WORKERS=1 to use less memory"
            ) from None
    return job.spec(train), trained


def _train_one(job: TrainingJob, seed: int, checkpoint: Path) -> TrainedSeed:
    use_one_thread()
    train, valid = job.load("train"), job.load("valid")
    return train_seed(
        job.spec(train).build,
        backbone=job.start(),
        train=train,
        valid=valid,
        config=job.train,
        augment=job.augment,
        seed=seed,
        checkpoint=checkpoint,
        progress=report_progress,
    )
