"""Small networks, beats and training jobs, shared by the tests of several packages."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from ecgfuse.datasets.beats import BeatSet, save_beats
from ecgfuse.datasets.fusions import Fusion, uses_rr, uses_waveform
from ecgfuse.datasets.inputs import Inputs, LabelledInputs
from ecgfuse.datasets.rr import save_rr
from ecgfuse.datasets.splits import SPLITS
from ecgfuse.models.config import Block, FusionConfig, ModelConfig
from ecgfuse.models.heartbeat import HeartbeatNet
from ecgfuse.models.store import Network, NetworkSpec, StoredModel
from ecgfuse.preprocess.morphology import N_MORPHOLOGY
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
    waveform_dropout=0.0,
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
    waveform_dropout=0.0,
)
"""MACNN-SE as published."""
BLOCKS_WITHOUT_ATTENTION: tuple[Block, ...] = ("concat", "gated_concat", "film")
"""Values of fusion.block other than mhca."""
BLOCK = FusionConfig(
    block="mhca",
    emb_dim=8,
    dropout=0.0,
    alpha_init=-2.0,
    num_heads=2,
    key_value="sequence",
    ffn_dim=16,
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


def block_with(**changes: Any) -> FusionConfig:
    """BLOCK with changed values."""
    return dataclasses.replace(BLOCK, **changes)


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
    block: FusionConfig = BLOCK,
    n_signal_rows: int = N_ROWS,
    length: int = LENGTH,
    n_morphology: int = N_MORPHOLOGY,
) -> NetworkSpec:
    """The specification of a small network, with sizes of 0 for what it does not read."""
    waveform = uses_waveform(fusion)
    return NetworkSpec(
        fusion=fusion,
        n_signal_rows=n_signal_rows * waveform,
        length=length * waveform,
        n_rr=N_FEATURES * uses_rr(fusion),
        n_morphology=n_morphology * waveform,
        model=model,
        size="small",
        block=block,
    )


def network_of(
    fusion: Fusion, *, model: ModelConfig = MODEL, block: FusionConfig = BLOCK, seed: int = 0
) -> Network:
    """A small network with random weights, in evaluation mode."""
    torch.manual_seed(seed)
    return spec_of(fusion, model=model, block=block).build().eval()


def heartbeat_net(
    fusion: Fusion, *, model: ModelConfig = MODEL, block: FusionConfig = BLOCK
) -> HeartbeatNet:
    """The same of a fusion with a waveform, for tests of its parts."""
    network = network_of(fusion, model=model, block=block)
    assert isinstance(network, HeartbeatNet)
    return network


def stored_model(
    fusion: Fusion, *, seed: int, auprc: float = 0.5, block: FusionConfig = BLOCK
) -> StoredModel:
    """A small network as `load_model` returns it."""
    origin = {"seed": seed, "epoch": 1, "valid_macro_auprc": auprc}
    return StoredModel(
        spec=spec_of(fusion, block=block),
        network=network_of(fusion, block=block, seed=seed),
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

    return Inputs(ecg=noise(N_ROWS, LENGTH), rr=noise(N_FEATURES), morphology=noise(N_MORPHOLOGY))


def read_by(fusion: Fusion, inputs: Inputs) -> Inputs:
    """What `load_inputs` would load of these inputs for a network."""
    nothing = torch.empty(0, 0)
    return Inputs(
        ecg=inputs.ecg if uses_waveform(fusion) else nothing,
        rr=inputs.rr if uses_rr(fusion) else nothing,
        morphology=inputs.morphology if uses_waveform(fusion) else nothing,
    )


def labelled_beats(n_beats: int, *, seed: int, fusion: Fusion = "hybrid") -> LabelledInputs:
    """Synthetic beats that cycle through the four classes, which differ in waveform and RR.

    Args:
        fusion: the network that reads them; hybrid reads all inputs.
    """
    labels = torch.arange(n_beats) % 4
    noise = random_inputs(n_beats, seed=seed)
    phase = torch.linspace(0, 2 * torch.pi, LENGTH)
    waves = torch.stack([torch.sin((1 + label) * phase) for label in range(4)])
    inputs = Inputs(
        ecg=waves[labels][:, None] + 0.3 * noise.ecg,
        rr=noise.rr + 2 * labels[:, None],
        morphology=noise.morphology,
    )
    patients = torch.arange(n_beats) * 2 // n_beats  # as in write_split
    return LabelledInputs(inputs=read_by(fusion, inputs), labels=labels, patients=patients)


def write_split(data: LabelledInputs, name: str, *, beats: Path, rr: Path) -> None:
    """Write beats as `preprocess` and `rr` do: two records, with an unused beat at each end."""
    patients = data.patients.numpy()
    label = np.concatenate([np.pad(data.labels.numpy()[patients == one], 1) for one in (0, 1)])
    used = np.concatenate([np.pad(np.ones((patients == one).sum(), int), 1) for one in (0, 1)])
    number = np.arange(len(label))
    annotated = pd.DataFrame(
        {
            "record": np.where(number < (patients == 0).sum() + 2, "100", "101"),
            "sample": 300 * number,
            "time_s": 300 / 360 * number,
            "symbol": np.array(list("NAVF"))[label],
            "label": label,
            "used": used,
        }
    )
    ecg, morphology = data.inputs.ecg.numpy(), data.inputs.morphology.numpy()
    save_beats(BeatSet(ecg=ecg, morphology=morphology, annotated=annotated), beats / name)
    save_rr(data.inputs.rr.numpy(), rr / name)


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
        block=BLOCK,
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
