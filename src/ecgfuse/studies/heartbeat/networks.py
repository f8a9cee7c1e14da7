"""The networks stage: every network of the study with every seed, one process per training."""

import dataclasses
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

import pandas as pd
import torch
from tqdm import tqdm

from ecgfuse.datasets.arrays import require_file
from ecgfuse.datasets.single_beats import SingleBeats
from ecgfuse.engine.checkpoint import fingerprint, save_checkpoint
from ecgfuse.engine.processes import process_pool
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.evaluate.curves import write_table
from ecgfuse.models.single_beat import SingleBeatName, SingleBeatNet, build_single_beat
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.pipeline.params import require, require_seeds
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.heartbeat import draw_training
from ecgfuse.studies.heartbeat.network_beats import Split, ptbxl_training_beats, training_beats
from ecgfuse.studies.heartbeat.training import Examples, FitConfig, fit


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a network is trained for."""

    network: SingleBeatName
    ptbxl: bool = False
    """Whether on PTB-XL instead of MIT-BIH."""
    all_classes: bool = False
    """Whether to tell all classes apart, not only normal from abnormal."""


PTBXL, FIVE = "cnn_lstm_dropout_ptbxl", "cnn_lstm_five"
"""Runs: the second member of the ensemble, and the five classes."""

RUNS = {
    "cnn_lstm_dropout": Run(network="cnn_lstm_dropout"),
    "transformer": Run(network="transformer"),
    "transformer_published": Run(network="transformer_published"),
    "cnn_lstm": Run(network="cnn_lstm"),
    FIVE: Run(network="cnn_lstm", all_classes=True),
    PTBXL: Run(network="cnn_lstm_dropout", ptbxl=True),
}
"""Name of the run -> what it is, the longest first."""


def runs_of(split: Split) -> list[str]:
    """The runs of a split. The one on PTB-XL is the same for both, and belongs to "inter"."""
    return [name for name, run in RUNS.items() if split == "inter" or not run.ptbxl]


@dataclass(frozen=True, kw_only=True)
class NetworksConfig:
    """How often and how long each network is trained."""

    group: ClassVar[str] = "networks"

    seeds: tuple[int, ...]
    """One training per seed."""
    cnn_lstm_five_epochs: int
    """Of the network for five classes, in place of fit.max_epochs; so are the following."""
    cnn_lstm_dropout_epochs: int
    """For both databases."""
    transformer_epochs: int
    transformer_published_epochs: int

    def __post_init__(self) -> None:
        require_seeds(self.seeds, field="networks.seeds")
        for run in RUNS:
            value = self.max_epochs(run)
            require(
                value is None or value >= 1,
                field=f"networks.{run}_epochs",
                value=value,
                cure="must be 1 or more",
            )

    def max_epochs(self, run: str) -> int | None:
        """Largest number of epochs of a run; None: fit.max_epochs."""
        return {
            FIVE: self.cnn_lstm_five_epochs,
            "cnn_lstm_dropout": self.cnn_lstm_dropout_epochs,
            PTBXL: self.cnn_lstm_dropout_epochs,
            "transformer": self.transformer_epochs,
            "transformer_published": self.transformer_published_epochs,
        }.get(run)


@dataclass(frozen=True)
class Trained:
    """A trained network."""

    network: SingleBeatNet
    """In evaluation mode."""
    epoch: int
    """The epoch of the weights."""
    history: list[dict[str, float]]
    """As `training.Fitted`."""


def train_networks(
    split: Split,
    *,
    config: NetworksConfig,
    training: FitConfig,
    beats: Path,
    checkpoints: Path,
    workers: int,
    out: Path,
    curves: Path,
    figure: Path,
) -> None:
    """Train all networks of a split; an interrupted stage resumes each after its last epoch.

    Args:
        training: `config` replaces its largest number of epochs for all runs but cnn_lstm.
        beats: output folder of the stage beats; "inter" reads none of its test records.
        checkpoints: folder for the states of unfinished trainings.
        workers: trainings in parallel; results do not depend on it.
        out: gets RUN-SEED.pt; `load_trained` reads them.
        curves: CSV of the training curves.
        figure: PNG of them.

    Raises:
        ValueError: a file is missing, or a loss is not finite.
    """
    tasks = [(name, seed) for name in runs_of(split) for seed in config.seeds]
    settings = {"split": split, **dataclasses.asdict(config), **dataclasses.asdict(training)}
    folder = checkpoints / "heartbeat" / fingerprint(settings, files=_files(split, beats=beats))
    run = partial(_train, split=split, config=config, training=training, beats=beats, folder=folder)
    with process_pool(workers) as pool, atomic_folder(out) as written:
        names, seeds = zip(*tasks, strict=True)
        done = pool.map(run, names, seeds)
        for path in tqdm(done, total=len(tasks), desc=split, unit="network", disable=None):
            shutil.copyfile(path, written / path.name)
    table = _curves(out, tasks=tasks)
    write_table(table, curves)
    save_figure(draw_training(table), figure)
    shutil.rmtree(folder, ignore_errors=True)


def trained_path(folder: Path, *, run: str, seed: int) -> Path:
    """The file of a run in an output folder of `train_networks`."""
    return folder / f"{run}-{seed}.pt"


def load_trained(path: Path) -> Trained:
    """Read a file of `train_networks`.

    Raises:
        ValueError: it does not exist.
    """
    require_file(path)
    state = torch.load(path, weights_only=True, map_location="cpu")
    network = build_single_beat(state["network"], n_classes=state["n_classes"])
    network.load_state_dict(state["weights"])
    return Trained(network=network.eval(), epoch=state["epoch"], history=state["history"])


def _train(
    name: str,
    seed: int,
    *,
    split: Split,
    config: NetworksConfig,
    training: FitConfig,
    beats: Path,
    folder: Path,
) -> Path:
    """Train one network, in a process of the pool; its file stays until all are done."""
    use_one_thread()
    path = trained_path(folder, run=name, seed=seed)
    if path.is_file():
        return path
    run, max_epochs = RUNS[name], config.max_epochs(name)
    if max_epochs is not None:
        training = dataclasses.replace(training, max_epochs=max_epochs)
    if run.ptbxl:
        train, valid = ptbxl_training_beats(beats)
    else:
        train, valid = training_beats(split, beats=beats)
    n_classes = len(train.classes) if run.all_classes else 2
    fitted = fit(
        run.network,
        train=_examples(train, all_classes=run.all_classes),
        valid=_examples(valid, all_classes=run.all_classes),
        config=training,
        seed=seed,
        n_classes=n_classes,
        checkpoint=folder / f"{name}-{seed}-epoch.pt",
    )
    kept = {"network": run.network, "n_classes": n_classes, **vars(fitted)}
    save_checkpoint(kept, path)
    return path


def _examples(beats: SingleBeats, *, all_classes: bool) -> Examples:
    labels = beats.labels if all_classes else beats.abnormal
    return Examples(ecg=torch.from_numpy(beats.ecg), labels=torch.from_numpy(labels))


def _files(split: Split, *, beats: Path) -> list[Path]:
    """All files that the trainings of a split read."""
    parts = ("mitdb/train", "mitdb/valid", "ptbxl/train", "ptbxl/valid")
    folders = [beats] if split == "intra" else [beats / part for part in parts]
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def _curves(folder: Path, *, tasks: Sequence[tuple[str, int]]) -> pd.DataFrame:
    """One row per run, seed and epoch."""
    return pd.concat(
        [
            pd.DataFrame(load_trained(trained_path(folder, run=name, seed=seed)).history).assign(
                network=name, seed=seed
            )
            for name, seed in tasks
        ],
        ignore_index=True,
    )
