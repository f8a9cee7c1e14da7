"""An exported network, run by ONNX Runtime without PyTorch."""

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tqdm import tqdm

from ecgfuse.classes import CLASSES
from ecgfuse.pipeline.params import build_config
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig

BATCH_SIZE = 256
"""Beats per batch. Larger batches do not fit into the CPU cache and are slower."""

_DESCRIPTION = "ecgfuse"  # also in export/onnx_file.py, which needs PyTorch
_INPUTS = ("ecg", "rr", "morphology")


class Network:
    """A network with the preprocessing configuration it was trained with.

    Args:
        path: ONNX file written by `export_model`.

    Raises:
        ValueError: the file is missing, is not ONNX, or was not written by this version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        content = _read_model(path)
        self.session = _open_session(content, path=path)
        self.sha256 = hashlib.sha256(content).hexdigest()
        description = _read_description(self.session, path=path)
        try:
            self.preprocess = build_config(PreprocessConfig, description["preprocess"])
            self.rr = build_config(RRConfig, description["rr"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{path}: this model file is of another version of ecgfuse ({error}); use one of "
                "this version, or run the stage 'export' again"
            ) from None

    def predict(
        self, inputs: Mapping[str, np.ndarray], *, workers: int = 1, progress: bool = False
    ) -> np.ndarray:
        """Probabilities of the four classes, (n_beats, 4) float32.

        Args:
            inputs: ecg (n_beats, n_rows, length), rr (n_beats, n_rr) and morphology
                (n_beats, n_morphology), float32; those the network does not read are ignored.
            workers: threads; the result does not depend on them.
            progress: show a progress bar.
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


def _read_model(path: Path) -> bytes:
    """The whole file at once: the pipeline may replace it at any time."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise ValueError(
            f"{path}: no such model file; name a model, such as hybrid, or an ONNX file written by "
            "the stage 'export'"
        ) from None


def _open_session(content: bytes, *, path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # One thread per batch: two parallel batches are faster than one batch on two cores.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime has its own exception classes
        raise ValueError(
            f"{path}: not a readable ONNX file ({error}); run the stage 'export' again"
        ) from None


def _read_description(session: onnxruntime.InferenceSession, *, path: Path) -> dict[str, Any]:
    text = session.get_modelmeta().custom_metadata_map.get(_DESCRIPTION, "")
    try:
        description = json.loads(text)
    except ValueError:
        description = None
    names = {i.name for i in session.get_inputs()}
    if not isinstance(description, dict) or not names <= set(_INPUTS):
        raise ValueError(f"{path}: not a model of ecgfuse; name one, such as hybrid")
    return description


def find_model(model: str, *, package: Path = Path(__file__).parents[1]) -> Path:
    """File of a model, given by name, such as hybrid, or by path.

    Models are looked up in the installed package and, in a clone, in its folder models/.

    Args:
        package: folder of the package.

    Raises:
        ValueError: there is no such model, and the message lists the available ones; or the
            pipeline of the clone is rewriting it.
    """
    if model.endswith(".onnx"):
        return Path(model)
    folders = [package / "models_onnx", package.parents[1] / "models"]
    for folder in folders:
        if (folder / f"{model}.onnx").is_file():
            return folder / f"{model}.onnx"
    if _is_output(f"models/{model}.onnx", root=package.parents[1]):
        raise ValueError(
            f"models/{model}.onnx is missing, because a running 'dvc repro' is rewriting it; wait "
            "until that has ended. If none is running, one was interrupted: run it again, or "
            f"restore the committed file with 'git restore models/{model}.onnx'"
        )
    known = sorted({path.stem for folder in folders for path in folder.glob("*.onnx")})
    raise ValueError(
        f"there is no model {model!r}; available: {', '.join(known) or 'none'}. Or name an ONNX "
        f"file{'' if known else '; a clone of the repository has some in models/'}"
    )


def _is_output(path: str, *, root: Path) -> bool:
    """Whether a stage of the pipelines in a clone has written this file."""
    locks = [root / "dvc.lock", *root.glob("studies/*/dvc.lock")]
    return any(f"path: {path}\n" in lock.read_text() for lock in locks if lock.is_file())
