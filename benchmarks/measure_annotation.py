"""Time and memory of annotating half an hour, a day and one beat, and of the help.

Each measurement runs in its own process, so that memory is measured separately. Time counts from
when everything is loaded; loading is reported separately.

python benchmarks/measure_annotation.py RECORD [DETECTOR] [RUNTIME]    one measurement, as JSON
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import wfdb

MODEL = "best"
HOURS = 24
_ROUNDS = 3
_BASELINES = {
    "gqrs": "beats by gqrs of wfdb, which is next best on DS1",
    "pytorch": "network by eager PyTorch",
}


def measure_annotation(database: Path, *, record: str, day_of: tuple[str, ...]) -> dict[str, Any]:
    """Measure seconds, megabytes and ratios.

    Args:
        database: folder of WFDB records.
        record: name of a record of half an hour and two leads.
        day_of: records that are joined, repeatedly, into a day.
    """
    found: dict[str, Any] = {"half_hour": _half_hour(database / record)}
    with tempfile.TemporaryDirectory() as folder:
        found["day"] = _measure(write_day(Path(folder), database=database, records=day_of))
    found["one_beat_ms"] = _one_beat_ms()
    found["help_s"] = round(median(_help_s() for _ in range(5)), 3)
    return found


def _half_hour(record: Path) -> dict[str, Any]:
    """This package, and the same with one part replaced, alternating."""
    rounds = [
        {"ours": _measure(record)}
        | {name: _measure(record, **{_part(name): name}) for name in _BASELINES}
        for _ in range(_ROUNDS)
    ]
    ours = {key: median(r["ours"][key] for r in rounds) for key in rounds[0]["ours"]}
    baselines = {
        name: {
            "what": what,
            "seconds": round(median(r[name]["seconds"] for r in rounds), 2),
            "ratio": round(median(r[name]["seconds"] / r["ours"]["seconds"] for r in rounds), 2),
        }
        for name, what in _BASELINES.items()
    }
    return {**ours, "baselines": baselines}


def _part(name: str) -> str:
    return "runtime" if name == "pytorch" else "detector"


def _measure(record: Path, *, detector: str = "", runtime: str = "") -> dict[str, Any]:
    arguments = [sys.executable, __file__, str(record), detector, runtime]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def write_day(folder: Path, *, database: Path, records: tuple[str, ...]) -> Path:
    """Write a record of 24 hours by repeating others."""
    parts: list[np.ndarray] = []
    n_samples = HOURS * 3600 * 360
    while sum(map(len, parts)) < n_samples:
        name = records[len(parts) % len(records)]
        digital = wfdb.rdrecord(str(database / name), physical=False, return_res=16).d_signal
        parts.append(digital)
    wfdb.wrsamp(
        "day",
        fs=360,
        units=["mV", "mV"],
        sig_name=["MLII", "V1"],
        d_signal=np.concatenate(parts)[:n_samples],
        fmt=["212", "212"],
        adc_gain=[200, 200],
        baseline=[1024, 1024],
        write_dir=str(folder),
    )
    return folder / "day.hea"


def _one_beat_ms() -> float:
    """Median latency of the network for one beat."""
    from ecgfuse.annotate.model_file import ModelFile, find_model
    from ecgfuse.annotate.network import Network

    network = Network(ModelFile(find_model(MODEL)))
    rng = np.random.default_rng(0)
    inputs = {
        i.name: rng.normal(size=(1, *i.shape[1:])).astype(np.float32)
        for i in network.file.session.get_inputs()
    }
    times = []
    for _ in range(500):
        start = time.perf_counter()
        network.predict(inputs)
        times.append(time.perf_counter() - start)
    return round(1000 * median(times), 3)


def _help_s() -> float:
    start = time.perf_counter()
    program = Path(sys.executable).with_name("ecgfuse")
    subprocess.run([str(program), "--help"], capture_output=True, check=True)
    return time.perf_counter() - start


def _annotate_once(record: Path, *, detector: str, runtime: str) -> dict[str, Any]:
    """Load, then annotate from file to files, in this process."""
    start = time.perf_counter()
    from ecgfuse.annotate import annotator as annotator_module
    from ecgfuse.annotate.annotator import Annotator
    from ecgfuse.annotate.run import Options, annotate_file
    from ecgfuse.engine.processes import n_workers
    from ecgfuse.qrs.detect import FS, detect_r_peaks
    from ecgfuse.studies.detectors.candidates import DETECTORS

    annotator = Annotator(MODEL, workers=n_workers())
    detect_r_peaks(np.random.default_rng(0).normal(size=9000))  # loads its library
    if detector:
        annotator_module.detect_r_peaks = lambda signal, **_: DETECTORS[detector](signal, FS)
    if runtime:
        annotator.model.predict = _by_pytorch(annotator.model.file.path)  # type: ignore[attr-defined]
    loaded = time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        annotate_file(
            record if record.suffix == ".hea" else record.with_name(f"{record.name}.hea"),
            annotator=annotator,
            options=Options(out=Path(out)),
        )
    return {
        "seconds": round(time.perf_counter() - loaded, 2),
        "loading_s": round(loaded - start, 2),
        "peak_memory_mb": _peak_memory_mb(),
    }


def _peak_memory_mb() -> int:
    """Peak of this process; getrusage would include memory inherited from the parent."""
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return round(int(kilobytes) / 1000)


def _by_pytorch(model: Path) -> Any:
    import torch

    from ecgfuse.datasets.inputs import Inputs
    from ecgfuse.export.deployable import load_deployable

    network = load_deployable(model.with_suffix(".safetensors")).stored.network

    @torch.inference_mode()
    def predict(inputs: dict[str, np.ndarray], **_: Any) -> np.ndarray:
        whole = Inputs(**{name: torch.from_numpy(array) for name, array in inputs.items()})
        batches = zip(*(part.split(256) for part in whole), strict=True)
        return np.concatenate([network(Inputs(*b)).softmax(dim=1).numpy() for b in batches])

    return predict


if __name__ == "__main__":
    path, *parts = sys.argv[1:]
    detector, runtime = (*parts, "", "")[:2]
    print(json.dumps(_annotate_once(Path(path), detector=detector, runtime=runtime)))
