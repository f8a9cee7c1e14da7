"""Speed of preprocessing, of one evaluation, and of a 'dvc repro' with nothing to do.

python benchmarks/measure_pipeline.py measures only the last two and updates results.json.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from ecgfuse.datasets.beats import load_beat_table
from ecgfuse.datasets.splits import SPLITS, SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.pipeline.files import write_json
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.beats import preprocess
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import extract_rr

RESULTS = Path("benchmarks/results.json")


def preprocessing_rate(folder: Path) -> float:
    """Annotated beats per second, from WFDB files to waveforms and RR features, on all cores."""
    start = time.perf_counter()
    preprocess(
        Path("data/raw") / load_params(DataConfig).database,
        config=load_params(PreprocessConfig),
        split=load_params(SplitConfig),
        out=folder / "beats",
        workers=n_workers(44),
    )
    extract_rr(folder / "beats", config=load_params(RRConfig), out=folder / "rr")
    elapsed = time.perf_counter() - start
    return sum(len(load_beat_table(folder / "beats" / split)) for split in SPLITS) / elapsed


def stage_seconds() -> dict[str, float]:
    """Wall times of one model's evaluation, and of 'dvc repro' with nothing to do.

    The evaluation overwrites its outputs with equal ones. Each time is the median of three.
    """
    evaluation = [sys.executable, "-P", "stages/evaluate.py", "hybrid"]
    return {
        "evaluation_s": round(_seconds(evaluation), 1),
        "dvc_repro_nothing_to_do_s": round(_seconds(["dvc", "repro", "--quiet"]), 2),
    }


def _seconds(command: list[str]) -> float:
    """Median of three runs, after a warm-up run."""
    times = []
    for _ in range(4):
        start = time.perf_counter()
        subprocess.run(command, check=True)
        times.append(time.perf_counter() - start)
    return median(times[1:])


def main() -> None:
    """Measure both, and keep the other figures of results.json."""
    found = stage_seconds()
    print(json.dumps(found))
    write_json(json.loads(RESULTS.read_text()) | found, RESULTS)


if __name__ == "__main__":
    run_stage(main)
