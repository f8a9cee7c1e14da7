"""Train one fusion with several seeds, each in a process of its own with one thread.

One thread a seed makes the result independent of how many run at once, and two processes of one
thread get through more beats than one process of two threads.
"""

import dataclasses
import multiprocessing
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from ecgfuse.datasets.beats import require_all_classes
from ecgfuse.datasets.fusions import Fusion, uses_attention, uses_ratio_rows
from ecgfuse.datasets.inputs import LabelledInputs, load_inputs
from ecgfuse.models.backbone import Backbone, backbone_path, load_backbone
from ecgfuse.models.config import FusionConfig, ModelConfig, Size
from ecgfuse.models.store import NetworkSpec
from ecgfuse.train.checkpoint import fingerprint
from ecgfuse.train.compute import use_one_thread
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.loop import TrainedSeed, read_trained, train_seed
from ecgfuse.train.sampling import epoch_size
from ecgfuse.workers import end_with_parent


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """What the training of one fusion needs, whatever the seed."""

    fusion: Fusion
    beats: Path
    """Output folder of `preprocess`."""
    rr: Path
    """Output folder of `rr`."""
    model: ModelConfig
    size: Size
    """Of a backbone that comes in two."""
    attention: FusionConfig | None
    backbone: Path | None
    """Output folder of `pretrain`; None starts from scratch whatever is there."""
    train: TrainConfig
    augment: AugmentConfig
    noisy_beats: Path
    """Output folder of `noisy_beats`, read where augment.noisy_beats is on."""
    checkpoints: Path
    """Folder for checkpoints; not among the outputs of the stage."""
    targets: Path | None = None
    """What the training beats aim at in place of their labels, NPY (n_beats, n_classes)."""

    def load(self, split: str) -> LabelledInputs:
        """The beats of "train" or "valid", which hold all four classes."""
        data = self.read(split, in_noise=split == "train")
        require_all_classes(data.labels.numpy(), split=split)
        if self.targets is not None and split == "train":
            return dataclasses.replace(data, targets=torch.from_numpy(np.load(self.targets)))
        return data

    def read(self, split: str, *, in_noise: bool) -> LabelledInputs:
        """The beats of a split, whichever classes it holds.

        Args:
            in_noise: with their noisy twins, if augment.noisy_beats is on.
        """
        return load_inputs(
            split,
            beats=self.beats,
            rr=self.rr,
            fusion=self.fusion,
            noisy_beats=self.noisy_beats if in_noise and self.augment.noisy_beats else None,
        )

    def spec(self, data: LabelledInputs) -> NetworkSpec:
        """The network for these beats."""
        return NetworkSpec.for_beats(
            data.inputs,
            fusion=self.fusion,
            model=self.model,
            size=self.size,
            attention=self.attention,
        )

    def start(self) -> Backbone | None:
        """The pretrained weights that the backbone starts from, None from scratch."""
        return None if self.backbone is None else load_backbone(self.backbone)

    def fingerprint(self) -> str:
        """Name of this job among the checkpoints: equal jobs have equal results."""
        # Without the seeds: each has a checkpoint of its own, and none depends on the others.
        settings = {
            "fusion": self.fusion,
            "model": dataclasses.asdict(self.model),
            "size": self.size,
            "attention": self.attention and dataclasses.asdict(self.attention),
            "train": dataclasses.asdict(dataclasses.replace(self.train, seeds=(0,))),
            "augment": dataclasses.asdict(self.augment),
        }
        names = ["ratios.npy"] * uses_ratio_rows(self.fusion)
        names += ["features.npy"] * uses_attention(self.fusion)
        folders = [self.rr / split for split in ("train", "valid")]
        files = [folder / name for folder in folders for name in names]
        for split in ("train", "valid"):
            files += [self.beats / split / "ecg.npy", self.beats / split / "beats.csv"]
            files += [self.beats / split / "comparison.npy"]
        if self.augment.noisy_beats:
            files += [self.noisy_beats / "train" / name for name in ("ecg.npy", "comparison.npy")]
        files += [] if self.targets is None else [self.targets]
        if self.backbone is not None and backbone_path(self.backbone).is_file():
            files.append(backbone_path(self.backbone))
        return fingerprint(settings, files=files)


def train_seeds(job: TrainingJob, *, workers: int) -> tuple[NetworkSpec, list[TrainedSeed]]:
    """Train every seed of the job, resuming those that have a checkpoint.

    Args:
        workers: seeds trained at once; the result does not depend on it.

    Returns:
        The specification of the network, and the trained seeds in the order of `train.seeds`.

    Raises:
        ValueError: a split lacks a class, a loss is not finite, or a process was killed.
        KeyboardInterrupt: interrupted; the checkpoints of finished epochs are kept.
    """
    # Looked at here too, so that bad data stops the stage before processes start.
    train, _ = job.load("train"), job.load("valid")
    folder = job.checkpoints / job.fingerprint()
    paths = {seed: folder / f"seed-{seed}.pt" for seed in job.train.seeds}
    with tqdm(
        total=epoch_size(len(train), config=job.train) * job.train.epochs * len(paths),
        desc=f"train {job.fusion}",
        unit="beat",
        unit_scale=True,
        disable=None,
    ) as bar:
        _run_processes(job, paths, workers=workers, bar=bar)
    return job.spec(train), [read_trained(path, seed=seed) for seed, path in paths.items()]


@dataclass(frozen=True)
class _Worker:
    """The process that trains one seed."""

    seed: int
    process: BaseProcess
    messages: Connection
    """Beats trained since the last message, or an error. A pipe of its own, since a process that
    is killed may leave the lock of a shared queue closed for good."""


def _run_processes(job: TrainingJob, paths: dict[int, Path], *, workers: int, bar: tqdm) -> None:
    """Run one process a seed, `workers` at once, until all are done or one fails."""
    waiting = list(paths)
    running: list[_Worker] = []
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                seed = waiting.pop(0)
                running.append(_start(job, seed, paths[seed]))
            ready = wait([worker.messages for worker in running])
            for worker in [worker for worker in running if worker.messages in ready]:
                if (n_beats := _receive(worker)) is None:
                    running.remove(worker)
                else:
                    bar.update(n_beats)
    finally:
        for worker in running:
            worker.process.terminate()
            worker.process.join()


def _start(job: TrainingJob, seed: int, checkpoint: Path) -> _Worker:
    context = multiprocessing.get_context("spawn")
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=_train_one, args=(job, seed, checkpoint, writer), daemon=True)
    # Ctrl-C goes to the whole group. The parent ends its processes; they inherit that they ignore
    # it, so that they do not complain even while they start.
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.start()
    finally:
        signal.signal(signal.SIGINT, handler)
    writer.close()  # what remains is the process's own, so that its end ends the messages
    return _Worker(seed, process, reader)


def _receive(worker: _Worker) -> int | None:
    """Beats that a process has trained since its last message, None once it is done."""
    try:
        message = worker.messages.recv()
    except (EOFError, OSError):  # OSError: it was killed amid a message
        worker.process.join()
        if worker.process.exitcode == 0:
            return None
        raise ValueError(
            f"the training process of seed {worker.seed} was killed, perhaps for want of memory; "
            "run 'dvc repro' to go on from its last epoch, with ECGFUSE_WORKERS=1 to use less "
            "memory"
        ) from None
    if isinstance(message, str):
        raise ValueError(message)
    return message


def _train_one(job: TrainingJob, seed: int, checkpoint: Path, messages: Connection) -> None:
    end_with_parent()
    use_one_thread()

    def progress(n_beats: int) -> None:
        try:
            messages.send(n_beats)
        except OSError:  # the parent was killed, and this process is about to end
            raise SystemExit(1) from None

    try:
        train, valid = job.load("train"), job.load("valid")
        train_seed(
            job.spec(train).build,
            backbone=job.start(),
            train=train,
            valid=valid,
            config=job.train,
            augment=job.augment,
            seed=seed,
            checkpoint=checkpoint,
            progress=progress,
        )
    except (ValueError, OSError) as error:
        messages.send(str(error))
        raise SystemExit(1) from None
