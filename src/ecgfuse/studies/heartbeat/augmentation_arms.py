"""What the arms of the comparison of augmentations train on."""

import dataclasses
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np

from ecgfuse.datasets.single_beats import SingleBeats
from ecgfuse.models.single_beat import SingleBeatName
from ecgfuse.pipeline.params import require, require_seeds
from ecgfuse.studies.heartbeat.beat_changes import add_noise, change_some, mix, synthesise, warp
from ecgfuse.studies.heartbeat.fit_and_predict import as_examples
from ecgfuse.studies.heartbeat.training import Augment, Examples, FitConfig

Arm = Literal["copies", "noise", "warping", "mixing", "synthetic", "undersampled"]
ARMS: tuple[Arm, ...] = get_args(Arm)
CONTROL: Arm = "copies"


@dataclass(frozen=True, kw_only=True)
class AugmentationConfig:
    """What is compared.

    The strengths of noise and warping are derived from the beats of the training records;
    params.yaml says how.
    """

    group: ClassVar[str] = "augmentation"

    networks: tuple[SingleBeatName, ...]
    """Networks to train."""
    seeds: tuple[int, ...]
    """One network per arm and seed."""
    times: int
    """How often each abnormal beat occurs; there are as many normal beats, all different."""
    max_epochs: int
    """Epochs, in place of fit.max_epochs; `undersampled` has `times` as many, of fewer beats."""
    white_noise: float
    """Arm noise: standard deviation of white noise, the range of the ECG being 1."""
    baseline_wander: float
    """Arm noise: standard deviation of a slow drift, likewise."""
    time_warp: float
    """Arm warping: largest displacement of a sample, as a share of the length, up to 0.15."""
    amplitude: float
    """Arm warping: standard deviation of the log of a factor."""
    mixup: float
    """Arm mixing: alpha of the beta distribution of the shares."""
    neighbours: int
    """Arm synthetic: nearest beats of the same class and patient to interpolate with."""

    def __post_init__(self) -> None:
        require_seeds(self.seeds, field="augmentation.seeds")
        require(
            len(self.networks) >= 1 and len(set(self.networks)) == len(self.networks),
            field="augmentation.networks",
            value=list(self.networks),
            cure="must be a list of different networks, such as [cnn_lstm, transformer]",
        )
        for field, least in (("times", 2), ("max_epochs", 1), ("neighbours", 1)):
            require(
                getattr(self, field) >= least,
                field=f"augmentation.{field}",
                value=getattr(self, field),
                cure=f"must be {least} or more",
            )
        for field in ("white_noise", "baseline_wander", "amplitude"):
            require(
                getattr(self, field) >= 0,
                field=f"augmentation.{field}",
                value=getattr(self, field),
                cure="must be 0 or more",
            )
        require(
            0 <= self.time_warp <= 0.15,
            field="augmentation.time_warp",
            value=self.time_warp,
            cure="must lie between 0 and 0.15; larger warps may reorder samples",
        )
        require(
            self.mixup > 0,
            field="augmentation.mixup",
            value=self.mixup,
            cure="must be above 0, such as 0.2",
        )

    @property
    def changed(self) -> float:
        """Share of the examples that an arm changes: as large as the share of copies."""
        return (self.times - 1) / self.times


def arm_examples(
    arm: Arm, beats: SingleBeats, *, config: AugmentationConfig, seed: int
) -> Examples:
    """The training examples of an arm, half of them abnormal.

    All arms draw on the same beats: each abnormal one `config.times` times, and as many different
    normal ones, which the seed draws. `synthetic` replaces all but the first copies of the abnormal
    beats, and as many normal beats, by synthetic ones. `undersampled` has the first copies and
    equally many of the normal beats: balanced by the smaller class, as published.

    Raises:
        ValueError: there are too few normal beats.
    """
    rng = np.random.default_rng(seed)
    abnormal, normal = (np.flatnonzero(beats.abnormal == label) for label in (1, 0))
    n_wanted = config.times * len(abnormal)
    require(
        n_wanted <= len(normal),
        field="augmentation.times",
        value=config.times,
        cure=f"{len(normal)} normal beats allow {len(normal) // max(1, len(abnormal))} at most",
    )
    chosen = beats.at(np.concatenate([abnormal, rng.permutation(normal)[:n_wanted]]))
    first = np.arange(2 * len(abnormal))
    copies = np.tile(np.arange(len(abnormal)), config.times - 1)
    rest = np.concatenate([copies, np.arange(len(first), len(chosen))])
    if arm == "undersampled":
        return as_examples(chosen.at(first))
    examples = chosen.at(np.concatenate([first, rest]))
    if arm == "synthetic":
        made = synthesise(
            chosen.ecg,
            groups=_class_of_patient(chosen),
            chosen=rest,
            n_neighbours=config.neighbours,
            rng=rng,
        )
        ecg = np.concatenate([chosen.ecg[first], made])
        examples = dataclasses.replace(examples, ecg=ecg)
    return as_examples(examples)


def _class_of_patient(beats: SingleBeats) -> np.ndarray:
    """(n_beats,) int: beats of one class of one patient share a number."""
    patients = np.unique(beats.patients, return_inverse=True)[1]
    return patients * len(beats.classes) + beats.labels


def arm_training(arm: Arm, *, config: AugmentationConfig, training: FitConfig) -> FitConfig:
    """How long an arm is trained: all arms see as many beats in all, and none stops early.

    An epoch of `undersampled` has fewer beats, so it has more epochs.

    Args:
        training: its other settings are taken.
    """
    epochs = config.max_epochs * (config.times if arm == "undersampled" else 1)
    return dataclasses.replace(training, max_epochs=epochs, patience=epochs)


def arm_augment(arm: Arm, *, config: AugmentationConfig) -> Augment | None:
    """What an arm does to each training batch; None if nothing."""
    changes: dict[Arm, Augment] = {
        "noise": lambda ecg, labels, generator: (
            add_noise(
                ecg, white=config.white_noise, drift=config.baseline_wander, generator=generator
            ),
            labels,
        ),
        "warping": lambda ecg, labels, generator: (
            warp(ecg, time=config.time_warp, amplitude=config.amplitude, generator=generator),
            labels,
        ),
        "mixing": lambda ecg, labels, generator: mix(
            ecg, labels, alpha=config.mixup, generator=generator
        ),
    }
    return change_some(changes[arm], share=config.changed) if arm in changes else None
