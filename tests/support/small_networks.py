"""Small networks, beats and training jobs, shared by the tests of several packages."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from ecgfuse.datasets.beats import BeatSet, save_beats
from ecgfuse.datasets.fusions import Fusion, uses_rr_block
from ecgfuse.datasets.inputs import Inputs, LabelledInputs
from ecgfuse.datasets.rr import RRSet, save_rr
from ecgfuse.datasets.splits import SPLITS
from ecgfuse.models.config import Block, FusionConfig, ModelConfig
from ecgfuse.models.heartbeat import HeartbeatNet
from ecgfuse.models.store import NetworkSpec, StoredModel
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.rr.features import N_FEATURES
from ecgfuse.studies.daeac.config import DaeacConfig
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.seeds import TrainingJob

torch.set_num_threads(1)  # as in the training processes; also faster on small tensors

LENGTH = 32
N_ROWS = 2

MODEL = ModelConfig(
    encoder="macnn_se",
    stem_channels=2,
    dilations=(1, 2),
    se_reductions=(1, 1, 1),
    dropout=0.0,
    stochastic_depth=0.0,
)
PRETRAIN = PretrainConfig(
    objective="none",
    size="small",
    moco_alpha=40.0,
    nextclip_alpha=2.0,
    mask_ratio=0.5,
    lead_masking=0.5,
    epochs=2,
    epoch_windows=0,
    batch_size=32,
    learning_rate=1e-3,
    warmup_epochs=0,
    patience=1,
    factor=0.9,
    stop_after=0,
    seed=1,
    precision="fp32",
)
PUBLISHED = ModelConfig(
    encoder="macnn_se",
    stem_channels=4,
    dilations=(1, 6, 12, 18),
    se_reductions=(4, 8, 16),
    dropout=0.0,
    stochastic_depth=0.0,
)
"""MACNN-SE as published."""
BLOCKS_WITHOUT_ATTENTION: tuple[Block, ...] = ("concat", "gated_concat", "film")
"""Values of fusion.block other than mhca."""
RR_BLOCK = FusionConfig(
    block="mhca",
    emb_dim=8,
    dropout=0.0,
    alpha_init=-2.0,
    num_heads=2,
    key_value="sequence",
    ffn_dim=16,
    waveform_dropout=0.0,
)
TRAIN = TrainConfig(
    seeds=(1, 2),
    epochs=3,
    batch_size=16,
    sampling="natural",
    patient_power=1.0,
    epoch_beats=0,
    optimizer="adamw",
    learning_rate=0.01,
    weight_decay=0.01,
    class_weights="sqrt_inverse",
    label_smoothing=0.0,
    focal_gamma=0.0,
    logit_adjustment=0.0,
    mixup=0.0,
    average=0.0,
    swa_from=0,
    checkpoint="last",
    precision="fp32",
)
DAEAC = DaeacConfig(
    adapt_s=20.0,
    steps=4,
    batch_size=16,
    learning_rate=1e-3,
    weight_decay=1e-4,
    refresh_steps=2,
    voters=2,
    confidence=(0.5, 0.5, 0.5, 0.5),
    distance="euclidean",
    margin=5.0,
    centre_rate=0.1,
    class_scale=75_000.0,
    classify_weight=10.0,
    domain_weight=0.1,
    pull_weight=0.1,
    align_weight=0.5,
    separate_weight=0.05,
    compact_weight=0.01,
    precision="fp32",
)

AUGMENT = AugmentConfig(
    time_warp=0.0,
    polarity=0.0,
    amplitude=0.0,
    baseline_wander=0.0,
    white_noise=0.0,
    mask_probability=0.0,
    mask_width=0.2,
    row_dropout=0.0,
    rr_jitter=0.0,
    noisy_beats=0.0,
)
"""No augmentation."""


def rr_block_with(**changes: Any) -> FusionConfig:
    """RR_BLOCK with changed values."""
    return dataclasses.replace(RR_BLOCK, **changes)


def train_with(**changes: Any) -> TrainConfig:
    """TRAIN with changed values."""
    return dataclasses.replace(TRAIN, **changes)


def augment_with(**changes: Any) -> AugmentConfig:
    """AUGMENT with changed values."""
    return dataclasses.replace(AUGMENT, **changes)


def spec_of(
    fusion: Fusion,
    *,
    model: ModelConfig = MODEL,
    rr_block: FusionConfig = RR_BLOCK,
    n_signal_rows: int = N_ROWS,
    length: int = LENGTH,
    n_features: int = N_FEATURES,
) -> NetworkSpec:
    """The specification of a small network."""
    return NetworkSpec(
        fusion=fusion,
        n_signal_rows=n_signal_rows,
        length=length,
        n_features=n_features if uses_rr_block(fusion) else 0,
        model=model,
        size="small",
        rr_block=rr_block if uses_rr_block(fusion) else None,
    )


def network_of(fusion: Fusion, *, rr_block: FusionConfig = RR_BLOCK, seed: int = 0) -> HeartbeatNet:
    """A small network with random weights, in evaluation mode."""
    torch.manual_seed(seed)
    return spec_of(fusion, rr_block=rr_block).build().eval()


def stored_model(
    fusion: Fusion, *, seed: int, auprc: float = 0.5, rr_block: FusionConfig = RR_BLOCK
) -> StoredModel:
    """A small network as `load_model` returns it."""
    origin = {"seed": seed, "epoch": 1, "valid_macro_auprc": auprc}
    return StoredModel(
        spec=spec_of(fusion, rr_block=rr_block),
        network=network_of(fusion, rr_block=rr_block, seed=seed),
        origin=origin,
    )


def no_morphology(n_beats: int) -> np.ndarray:
    """What `BeatSet.morphology` holds with preprocess.comparisons off."""
    return np.empty((n_beats, 0), dtype=np.float32)


def random_inputs(n_beats: int, *, seed: int = 0) -> Inputs:
    """Noise with the shape of beats."""
    generator = torch.Generator().manual_seed(seed)

    def noise(*shape: int) -> Tensor:
        return torch.randn(n_beats, *shape, generator=generator)

    return Inputs(ecg=noise(N_ROWS, LENGTH), ratios=1 + 0.2 * noise(2), features=noise(N_FEATURES))


def labelled_beats(n_beats: int, *, seed: int) -> LabelledInputs:
    """Synthetic beats that cycle through the four classes, which differ in waveform and RR."""
    labels = torch.arange(n_beats) % 4
    noise = random_inputs(n_beats, seed=seed)
    phase = torch.linspace(0, 2 * torch.pi, LENGTH)
    waves = torch.stack([torch.sin((1 + label) * phase) for label in range(4)])
    inputs = Inputs(
        ecg=waves[labels][:, None] + 0.3 * noise.ecg,
        ratios=noise.ratios + 0.4 * labels[:, None],
        features=noise.features + 2 * labels[:, None],
    )
    patients = torch.arange(n_beats) * 2 // n_beats  # as in write_split
    return LabelledInputs(inputs=inputs, labels=labels, patients=patients)


def write_split(data: LabelledInputs, name: str, *, beats: Path, rr: Path) -> None:
    """Write beats as `preprocess` and `rr` do: two records, with an unused beat at each end."""
    n_beats = len(data)
    label = np.pad(data.labels.numpy(), 1)
    annotated = pd.DataFrame(
        {
            "record": np.where(np.arange(n_beats + 2) < n_beats // 2, "100", "101"),
            "sample": 300 * np.arange(n_beats + 2),
            "time_s": 300 / 360 * np.arange(n_beats + 2),
            "symbol": np.array(list("NAVF"))[label],
            "label": label,
            "used": np.pad(np.ones(n_beats, dtype=np.int64), 1),
        }
    )
    ecg = data.inputs.ecg.numpy()
    waveforms = BeatSet(ecg=ecg, morphology=no_morphology(len(ecg)), annotated=annotated)
    save_beats(waveforms, beats / name)
    features = RRSet(ratios=data.inputs.ratios.numpy(), features=data.inputs.features.numpy())
    save_rr(features, rr / name)


def write_splits(folder: Path, *, n_beats: int = 64) -> None:
    """Write beats/ and rr/ with train, valid and test beats into a folder."""
    for seed, name in enumerate(SPLITS):
        data = labelled_beats(n_beats, seed=seed)
        write_split(data, name, beats=folder / "beats", rr=folder / "rr")


def job_in(
    folder: Path,
    *,
    fusion: Fusion = "hybrid",
    train: TrainConfig = TRAIN,
    augment: AugmentConfig = AUGMENT,
) -> TrainingJob:
    """A job that trains a small network on the output of `write_splits`."""
    return TrainingJob(
        fusion=fusion,
        beats=folder / "beats",
        rr=folder / "rr",
        noisy_beats=folder / "noisy_beats",
        model=MODEL,
        size="small",
        rr_block=RR_BLOCK if uses_rr_block(fusion) else None,
        backbone=None,
        train=train,
        augment=augment,
        checkpoints=folder / "checkpoints",
    )


def assert_identical(one: Any, other: Any) -> None:
    """Assert that nested dicts, lists and tensors are equal to the last bit."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_identical(one[key], other[key])
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_identical(a, b)
    elif isinstance(one, Tensor):
        assert one.dtype == other.dtype
        assert torch.equal(one, other)
    else:
        assert one == other
