"""An exported network, run by ONNX Runtime: no PyTorch is loaded."""

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tqdm import tqdm

from ecgfuse.params import build_config
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.records.annotations import CLASSES
from ecgfuse.rr.config import RRConfig

BATCH_SIZE = 256
"""Beats at once. More do not fit into the caches and are slower."""

_DESCRIPTION = "ecgfuse"  # as export/onnx_file.py, which needs PyTorch, writes it
_INPUTS = ("ecg", "ratios", "features")


class Network:
    """Probabilities of beats, and how to prepare a recording for it.

    Args:
        path: ONNX file that `export_model` wrote.

    Raises:
        ValueError: no such file, no ONNX file, or one that ecgfuse did not write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.session = _open_session(path)
        self.sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        description = _read_description(self.session, path=path)
        try:
            self.preprocess = build_config(PreprocessConfig, description["preprocess"])
            self.rr = build_config(RRConfig, description["rr"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{path}: this model file is of another version of ecgfuse ({error}); take the "
                "one that comes with this version, or export it again with 'dvc repro export'"
            ) from None

    def predict(
        self, inputs: Mapping[str, np.ndarray], *, workers: int = 1, progress: bool = False
    ) -> np.ndarray:
        """Probabilities of the four classes, (n_beats, 4) float32.

        Args:
            inputs: ecg (n_beats, n_rows, length), ratios (n_beats, 2) and features
                (n_beats, n_features), float32; those that the network does not read are ignored.
            workers: threads; the result does not depend on them.
            progress: show a bar.
        """
        read = {i.name: inputs[i.name] for i in self.session.get_inputs()}
        n_beats = len(inputs["ecg"])
        if n_beats == 0:
            return np.empty((0, len(CLASSES)), dtype=np.float32)

        def run(first: int) -> np.ndarray:
            batch = {name: array[first : first + BATCH_SIZE] for name, array in read.items()}
            return self.session.run(None, batch)[0]

        starts = range(0, n_beats, BATCH_SIZE)
        with ThreadPoolExecutor(workers) as pool:
            batches = pool.map(run, starts)
            bar = tqdm(
                batches,
                total=len(starts),
                desc="classify",
                leave=False,
                disable=None if progress else True,
            )
            return np.concatenate(list(bar))


def _open_session(path: Path) -> onnxruntime.InferenceSession:
    if not path.is_file():
        raise ValueError(
            f"{path}: no such model file; name a model such as hybrid, or an ONNX file that "
            "'dvc repro export' wrote"
        )
    options = onnxruntime.SessionOptions()
    # One thread a batch: two batches at once are faster than one batch on two cores.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors alone
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises classes of its own
        raise ValueError(f"{path}: not a readable ONNX file ({error}); export it again") from None


def _read_description(session: onnxruntime.InferenceSession, *, path: Path) -> dict[str, Any]:
    text = session.get_modelmeta().custom_metadata_map.get(_DESCRIPTION, "")
    try:
        description = json.loads(text)
    except ValueError:
        description = None
    names = {i.name for i in session.get_inputs()}
    if not isinstance(description, dict) or not names <= set(_INPUTS):
        raise ValueError(f"{path}: not a model of ecgfuse; name one such as hybrid")
    return description


def find_model(model: str) -> Path:
    """The file of a model that is named by its name, such as hybrid, or by its path.

    Models are looked up in the installed package and, in a clone, in its folder models/.

    Raises:
        ValueError: there is no such model; the message lists those there are.
    """
    if model.endswith(".onnx"):
        return Path(model)
    package = Path(__file__).parents[1]
    folders = [package / "models_onnx", package.parents[1] / "models"]
    for folder in folders:
        if (folder / f"{model}.onnx").is_file():
            return folder / f"{model}.onnx"
    known = sorted({path.stem for folder in folders for path in folder.glob("*.onnx")})
    raise ValueError(
        f"there is no model {model!r}; there are: {', '.join(known) or 'none'}. Or name an ONNX "
        f"file{'' if known else '; a clone of the repository has some in models/'}"
    )
