"""The networks stage: every network of the study with every seed, one process per training."""

import dataclasses
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import pandas as pd
import torch
from tqdm import tqdm

from ecgfuse.datasets.arrays import require_file
from ecgfuse.engine.checkpoint import fingerprint
from ecgfuse.engine.processes import process_pool
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.evaluate.curves import write_table
from ecgfuse.models.single_beat import SingleBeatName, SingleBeatNet, build_single_beat
from ecgfuse.pipeline.files import atomic_file, atomic_folder
from ecgfuse.pipeline.params import require, require_seeds
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.heartbeat import draw_training
from ecgfuse.studies.heartbeat.fit_and_predict import as_examples
from ecgfuse.studies.heartbeat.network_beats import (
    Split,
    files_of,
    second_training_beats,
    training_beats,
)
from ecgfuse.studies.heartbeat.training import FitConfig, Fitted, fit


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a network is trained for."""

    network: SingleBeatName
    second: bool = False
    """Whether on the second database instead of MIT-BIH."""
    all_classes: bool = False
    """Whether to tell all classes apart, not only normal from abnormal."""


SECOND, FIVE = "cnn_lstm_dropout_second", "cnn_lstm_five"
"""Runs: the second member of the ensemble, and the five classes."""

RUNS = {
    "cnn_lstm_dropout": Run(network="cnn_lstm_dropout"),
    "transformer": Run(network="transformer"),
    "transformer_published": Run(network="transformer_published"),
    "cnn_lstm": Run(network="cnn_lstm"),
    FIVE: Run(network="cnn_lstm", all_classes=True),
    SECOND: Run(network="cnn_lstm_dropout", second=True),
}
"""Name of the run -> what it is, the longest first."""

MEMBERS: Mapping[str, tuple[str, ...]] = {
    "cnn_lstm": ("cnn_lstm",),
    "cnn_lstm_dropout": ("cnn_lstm_dropout",),
    "ensemble": ("cnn_lstm_dropout", SECOND),
    "transformer": ("transformer",),
    "transformer_published": ("transformer_published",),
}
"""Compared network, in the order of tables -> its runs, of which it is the mean."""
NETWORKS = tuple(MEMBERS)


def runs_of(split: Split) -> list[str]:
    """The runs of a split. That on the second database belongs to "inter", and serves both."""
    return [name for name, run in RUNS.items() if split == "inter" or not run.second]


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
            SECOND: self.cnn_lstm_dropout_epochs,
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
    folder = checkpoints / "heartbeat" / fingerprint(settings, files=files_of(split, beats=beats))
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


def save_trained(
    fitted: Fitted, path: Path, *, network: SingleBeatName, n_classes: int = 2
) -> None:
    """Write a trained network; `load_trained` reads it. Equal ones give equal files."""
    # Pickle writes a name again if it is another object, as it is after reading a checkpoint.
    history = [{sys.intern(name): value for name, value in row.items()} for row in fitted.history]
    state = {"network": network, "n_classes": n_classes, **vars(fitted), "history": history}
    content = BytesIO()  # into a file, torch.save would write its name, with the process in it
    torch.save(state, content)
    with atomic_file(path) as temporary:
        temporary.write_bytes(content.getvalue())


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
    if run.second:
        train, valid = second_training_beats(beats)
    else:
        train, valid = training_beats(split, beats=beats)
    n_classes = len(train.classes) if run.all_classes else 2
    fitted = fit(
        run.network,
        train=as_examples(train, all_classes=run.all_classes),
        valid=as_examples(valid, all_classes=run.all_classes),
        config=training,
        seed=seed,
        n_classes=n_classes,
        checkpoint=folder / f"{name}-{seed}-epoch.pt",
    )
    save_trained(fitted, path, network=run.network, n_classes=n_classes)
    return path


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
