"""Model files: found by name, and run by ONNX Runtime without PyTorch."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tqdm import tqdm

BATCH_SIZE = 256
"""Beats per batch. Larger batches do not fit into the CPU cache and are slower."""
PROBABILITIES = "probabilities"  # also in export/onnx_file.py, which needs PyTorch
"""Output of every model, (n_beats, n_classes)."""

_DESCRIPTION = "ecgfuse"  # also in export/onnx_file.py, which needs PyTorch
_FOLDERS = ("", "heartbeat")
"""Folders of models/, and of models_onnx/ in the package, in order of search."""


class ModelFile:
    """An ONNX file written by this package.

    Args:
        path: file written by `save_onnx`.

    Raises:
        ValueError: the file is missing, is not ONNX, or was not written by this package.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        content = _read_model(path)
        self.session = _open_session(content, path=path)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.description = _read_description(self.session, path=path)
        """Origin and settings of the model."""

    def has_output(self, name: str) -> bool:
        """Whether the network tells this; files of earlier versions tell probabilities alone."""
        return name in self._shapes()

    def run(
        self,
        inputs: Mapping[str, np.ndarray],
        *,
        outputs: Sequence[str],
        workers: int = 1,
        progress: bool = False,
    ) -> list[np.ndarray]:
        """Some outputs of the network, (n_beats, ...) float32 each.

        Args:
            inputs: name -> (n_beats, ...) float32; those the network does not read are ignored.
            outputs: their names.
            workers: threads; the result does not depend on them.
            progress: show a progress bar.
        """
        read = {i.name: inputs[i.name] for i in self.session.get_inputs()}
        n_beats = max(len(array) for array in read.values())
        if n_beats == 0:
            shapes = self._shapes()
            return [np.empty((0, *shapes[name][1:]), dtype=np.float32) for name in outputs]

        def run(first: int) -> list[np.ndarray]:
            batch = {name: array[first : first + BATCH_SIZE] for name, array in read.items()}
            return self.session.run(list(outputs), batch)

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
            return [np.concatenate(parts) for parts in zip(*bar, strict=True)]

    def _shapes(self) -> dict[str, list[int]]:
        """Name -> shape of each output; that of the first axis is a name."""
        return {output.name: output.shape for output in self.session.get_outputs()}

    def require_inputs(self, *names: str) -> None:
        """Raise an error if the network reads anything else.

        Raises:
            ValueError: it does.
        """
        if not {i.name for i in self.session.get_inputs()} <= set(names):
            raise ValueError(f"{self.path}: not a model of ecgfuse; name one, such as hybrid")

    def other_version(self, error: Exception) -> ValueError:
        """The error for a description that cannot be read."""
        return ValueError(
            f"{self.path}: this model file is of another version of ecgfuse ({error}); use one of "
            "this version, or run the stage 'export' again"
        )


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
    if not isinstance(description, dict):
        raise ValueError(f"{path}: not a model of ecgfuse; name one, such as hybrid")
    return description


def find_model(model: str, *, package: Path = Path(__file__).parents[1]) -> Path:
    """File of a model, given by name, such as hybrid or cnn_lstm, or by path.

    Models are looked up in the installed package and, in a clone, in its folders models/ and
    models/heartbeat/.

    Args:
        package: folder of the package.

    Raises:
        ValueError: there is no such model, and the message lists the available ones; or the
            pipeline of the clone is rewriting it.
    """
    if model.endswith(".onnx"):
        return Path(model)
    root = package.parents[1]
    folders = [
        base / name for base in (package / "models_onnx", root / "models") for name in _FOLDERS
    ]
    for folder in folders:
        if (folder / f"{model}.onnx").is_file():
            return folder / f"{model}.onnx"
    for name in _FOLDERS:
        path = (Path("models") / name / f"{model}.onnx").as_posix()
        if _is_output(path, root=root):
            raise ValueError(
                f"{path} is missing, because a running 'dvc repro' is rewriting it; wait until "
                "that has ended. If none is running, one was interrupted: run it again, or restore "
                f"the committed file with 'git restore {path}'"
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
