"""The ood stage: tell inputs that are no heartbeat, and measure it on new patients.

Scores are fitted and compared on DS1. The one that is used with all networks has the highest AUROC
of unfamiliar inputs made of the validation recordings, as the mean over kinds and networks. The
test recordings then tell how often it flags real beats of new patients, and inputs made of theirs.
"""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np
from tqdm import tqdm

from ecgfuse.datasets.single_beats import SingleBeats, load_single_beats
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.engine.processes import process_pool
from ecgfuse.ood.detector import Detector, load_detector_file, save_detector
from ecgfuse.ood.scores import SCORE_NAMES
from ecgfuse.pipeline.files import atomic_folder, write_json
from ecgfuse.pipeline.params import require
from ecgfuse.studies.heartbeat.networks import MEMBERS, trained_path
from ecgfuse.studies.heartbeat.ood_compare import choose, collect_results, compare
from ecgfuse.studies.heartbeat.ood_figures import draw_figures
from ecgfuse.studies.heartbeat.ood_fit import FalseAlarms, fitting_beats
from ecgfuse.studies.heartbeat.ood_inputs import InputsJob, make_unfamiliar, read_noises
from ecgfuse.studies.heartbeat.ood_measure import (
    OF_BEAT,
    Parts,
    View,
    make_part,
    measure_by_beat,
    measure_by_network,
)

WITH_DETECTOR = tuple(dict.fromkeys(runs[0] for runs in MEMBERS.values()))
"""Runs of the stage networks that get a detector per seed: the first of each compared network. So
the ensemble has that of its first member."""
_VALID_CHANNEL, _TEST_CHANNEL = 1, 0
"""Signals of the noise records: the test inputs have noise that the choice did not hear."""


@dataclass(frozen=True, kw_only=True)
class OodConfig:
    """Detection of unfamiliar inputs."""

    group: ClassVar[str] = "ood"

    false_alarms: float
    """Share of the beats of held-out patients of DS1 that may be flagged."""
    class_false_alarms: float
    """The same of the beats of each class that enough of them have, as `FalseAlarms` tells."""
    inputs: int
    """Inputs of each kind, at most."""
    seconds: float
    """Length of the excerpt of each recording that inputs are made of."""
    snr_db: tuple[float, ...]
    """Signal-to-noise ratios of the noisy kinds."""
    seed: int
    """Of the inputs, and of the beats that scores are fitted to."""

    def __post_init__(self) -> None:
        for field in ("false_alarms", "class_false_alarms"):
            require(
                0 < getattr(self, field) < 1,
                field=f"ood.{field}",
                value=getattr(self, field),
                cure="must be above 0 and below 1",
            )
        for field, least in (("inputs", 1), ("seconds", 20), ("seed", 0)):
            require(
                getattr(self, field) >= least,
                field=f"ood.{field}",
                value=getattr(self, field),
                cure=f"must be {least} or more",
            )
        require(
            len(set(self.snr_db)) == len(self.snr_db) >= 1
            and all(-40 <= ratio <= 60 for ratio in self.snr_db),
            field="ood.snr_db",
            value=list(self.snr_db),
            cure="must be different ratios between -40 and 60 dB, such as [24, 12, 0]",
        )


@dataclass(frozen=True, kw_only=True)
class OodPaths:
    """Inputs and outputs of the stage."""

    recordings: Path
    """Folder of the MIT-BIH records, with dataset.json."""
    noise: Path
    """Folder of the noise records."""
    beats: Path
    """Output folder of the stage beats; of it, mitdb/{train,valid,test} are read."""
    networks: Path
    """Output folder of the stage networks, of the split "inter"."""
    detectors: Path
    """Gets RUN-SEED.safetensors; `load_detector` reads them."""
    results: Path
    """JSON, as `OodResults`."""
    plots: Path
    """Folder of the figures."""


def detect_unfamiliar(
    config: OodConfig,
    *,
    seeds: Sequence[int],
    split: SplitConfig,
    leads: Sequence[str],
    paths: OodPaths,
    workers: int,
) -> None:
    """Fit the scores, choose one, and evaluate all on new patients.

    Args:
        seeds: those of the networks.
        leads: of MIT-BIH, in order of preference.
        workers: processes; results do not depend on it.

    Raises:
        ValueError: a file is missing, or not usable.
    """
    train = load_single_beats(paths.beats / "mitdb/train")
    parts, motion = _make_parts(config, split=split, leads=leads, paths=paths, workers=workers)
    views = _measure(
        config, seeds=seeds, train=train, parts=parts, networks=paths.networks, workers=workers
    )
    by_run = {run: [views[run, seed] for seed in seeds] for run in WITH_DETECTOR}
    scores = {
        run: {name: compare(name, mine, parts=parts) for name in SCORE_NAMES}
        for run, mine in by_run.items()
    }
    chosen = choose(scores)
    dataset = json.loads((paths.recordings / "dataset.json").read_text())
    data = {"database": dataset["database"], "kind": dataset["kind"], "electrode_motion": motion}
    results = collect_results(
        [*views.values()], chosen=chosen, data=data, scores=scores, train=train, parts=parts
    )
    with atomic_folder(paths.detectors) as folder:
        for (run, seed), view in views.items():
            path = _detector_path(folder, run=run, seed=seed)
            save_detector(view.measured[chosen].detector, path)
    with atomic_folder(paths.plots) as folder:
        draw_figures(
            results, view=views["cnn_lstm", seeds[0]], chosen=chosen, part=parts.test, out=folder
        )
    write_json(results, paths.results)


def load_detector(folder: Path, *, run: str, seed: int) -> Detector:
    """Read the detector of a network from the output folder of the stage.

    Raises:
        ValueError: it is missing or damaged.
    """
    return load_detector_file(_detector_path(folder, run=run, seed=seed))


def _detector_path(folder: Path, *, run: str, seed: int) -> Path:
    return folder / f"{run}-{seed}.safetensors"


def _make_parts(
    config: OodConfig, *, split: SplitConfig, leads: Sequence[str], paths: OodPaths, workers: int
) -> tuple[Parts, str]:
    """Both parts, and whether electrode motion is real or synthetic."""
    made, motion = [], "real"
    for place, (name, records, channel) in enumerate(
        (("valid", split.valid, _VALID_CHANNEL), ("test", split.test, _TEST_CHANNEL))
    ):
        job = InputsJob(
            recordings=paths.recordings,
            leads=tuple(leads),
            seconds=config.seconds,
            per_kind=config.inputs,
            snr_db=config.snr_db,
            seed=2 * config.seed + place,
        )
        beats = load_single_beats(paths.beats / "mitdb" / name)
        noises, is_synthetic = read_noises(paths.noise, channel=channel, seed=job.seed)
        motion = "synthetic" if is_synthetic else "real"
        others = make_unfamiliar(records, beats=beats, noises=noises, job=job, workers=workers)
        made.append(make_part(beats, others))
    return Parts(valid=made[0], test=made[1]), motion


def _measure(
    config: OodConfig,
    *,
    seeds: Sequence[int],
    train: SingleBeats,
    parts: Parts,
    networks: Path,
    workers: int,
) -> dict[tuple[str, int], View]:
    """Run and seed -> what the network and all scores make of both parts."""
    fit = fitting_beats(train, generator=np.random.default_rng(config.seed))
    limits = FalseAlarms(share=config.false_alarms, class_share=config.class_false_alarms)
    by_beat = partial(measure_by_beat, train=train, parts=parts, limits=limits, seed=config.seed)
    by_network = partial(
        measure_by_network, fitted_to=train.at(fit), parts=parts, limits=limits, seed=config.seed
    )
    tasks = [(run, seed) for run in WITH_DETECTOR for seed in seeds]
    files = [trained_path(networks, run=run, seed=seed) for run, seed in tasks]
    with process_pool(workers) as pool:
        measured = pool.map(by_beat, OF_BEAT)
        viewed = pool.map(by_network, files)
        bar = tqdm(viewed, total=len(tasks), desc="ood", unit="network", disable=None)
        shared = dict(zip(OF_BEAT, measured, strict=True))
        return {
            task: dataclasses.replace(view, measured={**view.measured, **shared})
            for task, view in zip(tasks, bar, strict=True)
        }
