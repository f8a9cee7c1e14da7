"""The ONNX file tells the network's attention, and the same probabilities as without it."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from small_networks import (
    BLOCKS_WITHOUT_ATTENTION,
    block_with,
    network_of,
    random_inputs,
    stored_model,
)

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.export.attention import ATTENTION, add_attention, rr_attends
from ecgfuse.export.onnx_file import OUTPUT, save_onnx
from ecgfuse.models.config import FusionConfig
from ecgfuse.models.store import save_model

ATTENDING: tuple[Fusion, ...] = ("late", "hybrid")
ORIGIN = {"seed": 1, "rr": {"causal": True}}


def export(folder: Path, fusion: Fusion) -> Path:
    """The files of `export_model`, the one with attention, and the ONNX file without it."""
    stored, path = stored_model(fusion, seed=1), folder / f"{fusion}.safetensors"
    save_model(stored.network.state_dict(), path, spec=stored.spec, origin=ORIGIN)
    save_onnx(stored, folder / f"{fusion}.without.onnx", origin=ORIGIN)
    save_onnx(stored, path.with_suffix(".onnx"), origin=ORIGIN)
    add_attention(path)
    return path.with_suffix(".onnx")


def run(path: Path, *, n_beats: int) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(path)
    inputs = random_inputs(n_beats)._asdict()
    feed = {i.name: inputs[i.name].numpy() for i in session.get_inputs()}
    return {o.name: v for o, v in zip(session.get_outputs(), session.run(None, feed), strict=True)}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[Fusion, Path]:
    folder = tmp_path_factory.mktemp("attention")
    return {fusion: export(folder, fusion) for fusion in ATTENDING}


@pytest.mark.slow
@pytest.mark.parametrize("fusion", ATTENDING)
@pytest.mark.parametrize("n_beats", [1, 5, 300])
def test_attention_is_the_mean_over_the_heads_of_the_network(
    exported: dict[Fusion, Path], fusion: Fusion, n_beats: int
) -> None:
    with torch.inference_mode():
        _, by_head = stored_model(fusion, seed=1).network.attend(random_inputs(n_beats))
    assert by_head is not None
    found = run(exported[fusion], n_beats=n_beats)[ATTENTION]
    np.testing.assert_allclose(found, by_head.mean(dim=1).numpy(), atol=1e-5)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("fusion", ATTENDING)
def test_probabilities_are_the_same_to_the_last_bit(
    exported: dict[Fusion, Path], fusion: Fusion
) -> None:
    path = exported[fusion]
    before = run(path.with_suffix(".without.onnx"), n_beats=300)[OUTPUT]
    np.testing.assert_array_equal(run(path, n_beats=300)[OUTPUT], before)


@pytest.mark.slow
def test_the_origin_stays_in_the_file(exported: dict[Fusion, Path]) -> None:
    (entry,) = onnx.load(exported["hybrid"]).metadata_props
    assert (entry.key, entry.value) == ("ecgfuse", '{"rr": {"causal": true}, "seed": 1}')


@pytest.mark.slow
def test_without_a_query_of_rr_the_file_stays_as_it_is(tmp_path: Path) -> None:
    path = export(tmp_path, "early")
    assert path.read_bytes() == path.with_suffix(".without.onnx").read_bytes()
    assert set(run(path, n_beats=2)) == {OUTPUT}


@pytest.mark.parametrize(
    ("fusion", "block", "attends"),
    [
        *((fusion, block_with(), True) for fusion in ATTENDING),
        *((fusion, block_with(), False) for fusion in ("early", "waveform", "rr")),
        *(("late", block_with(block=block), False) for block in BLOCKS_WITHOUT_ATTENTION),
        ("late", block_with(key_value="pooled"), False),
    ],
)
def test_rr_attends_where_it_is_in_the_query_and_there_are_several_tokens(
    fusion: Fusion, block: FusionConfig, attends: bool
) -> None:
    assert rr_attends(network_of(fusion, block=block)) == attends
