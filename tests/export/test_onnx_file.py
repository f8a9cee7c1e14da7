"""The ONNX file computes what the network does, and does not mention the machine it is from."""

import dataclasses
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from root import ROOT
from small_networks import (
    BLOCK,
    BLOCKS_WITHOUT_ATTENTION,
    MODEL,
    random_inputs,
    spec_of,
    stored_model,
)

from ecgfuse.datasets.fusions import NETWORKS, Fusion
from ecgfuse.export.onnx_file import save_onnx
from ecgfuse.models.config import Block, EncoderName
from ecgfuse.models.store import StoredModel

pytestmark = pytest.mark.slow

ORIGIN = {"seed": 1, "rr": {"causal": True}}


def probabilities(path: Path, *, n_beats: int) -> np.ndarray:
    session = onnxruntime.InferenceSession(path)
    inputs = random_inputs(n_beats)._asdict()
    feed = {i.name: inputs[i.name].numpy() for i in session.get_inputs()}
    return session.run(None, feed)[0]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[Fusion, Path]:
    """One file of each network."""
    folder = tmp_path_factory.mktemp("onnx")
    for fusion in NETWORKS:
        save_onnx(stored_model(fusion, seed=1), folder / f"{fusion}.onnx", origin=ORIGIN)
    return {fusion: folder / f"{fusion}.onnx" for fusion in NETWORKS}


@pytest.mark.parametrize("fusion", NETWORKS)
@pytest.mark.parametrize("n_beats", [1, 5, 300])
def test_probabilities_equal_those_of_the_network_for_any_number_of_beats(
    exported: dict[Fusion, Path], fusion: Fusion, n_beats: int
) -> None:
    with torch.inference_mode():
        expected = stored_model(fusion, seed=1).network(random_inputs(n_beats)).softmax(dim=1)
    found = probabilities(exported[fusion], n_beats=n_beats)
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("fusion", "inputs"),
    [
        ("waveform", ["ecg", "morphology"]),
        ("rr", ["rr"]),
        ("early", ["ecg", "rr", "morphology"]),
        ("late", ["ecg", "rr", "morphology"]),
        ("hybrid", ["ecg", "rr", "morphology"]),
    ],
)
def test_inputs_that_are_not_read_are_left_out(
    exported: dict[Fusion, Path], fusion: Fusion, inputs: list[str]
) -> None:
    session = onnxruntime.InferenceSession(exported[fusion])
    assert [i.name for i in session.get_inputs()] == inputs


@pytest.mark.parametrize(
    ("encoder", "block"),
    [
        *(("macnn_se", block) for block in BLOCKS_WITHOUT_ATTENTION),
        ("vit", "mhca"),
        ("wav2vec", "mhca"),
    ],
)
def test_every_backbone_and_fusion_block_can_be_exported(
    tmp_path: Path, encoder: EncoderName, block: Block
) -> None:
    """Those beside macnn_se with mhca, which `exported` has."""
    spec = spec_of(
        "hybrid",
        model=dataclasses.replace(MODEL, encoder=encoder),
        block=dataclasses.replace(BLOCK, block=block),
    )
    stored = StoredModel(spec=spec, network=spec.build().eval(), origin={})
    save_onnx(stored, tmp_path / "m.onnx", origin=ORIGIN)
    with torch.inference_mode():
        expected = stored.network(random_inputs(7)).softmax(dim=1).numpy()
    np.testing.assert_allclose(probabilities(tmp_path / "m.onnx", n_beats=7), expected, atol=1e-5)


def test_the_file_carries_its_origin_and_no_folder_of_this_machine(
    exported: dict[Fusion, Path],
) -> None:
    (entry,) = onnx.load(exported["hybrid"]).metadata_props
    assert (entry.key, entry.value) == ("ecgfuse", '{"rr": {"causal": true}, "seed": 1}')
    content = exported["hybrid"].read_bytes()
    assert b".py" not in content
    assert str(ROOT).encode() not in content


def test_equal_networks_give_equal_files(exported: dict[Fusion, Path], tmp_path: Path) -> None:
    save_onnx(stored_model("late", seed=1), tmp_path / "again.onnx", origin=ORIGIN)
    assert (tmp_path / "again.onnx").read_bytes() == exported["late"].read_bytes()
