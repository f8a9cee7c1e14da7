"""Many recordings brought to the web application at the same time: memory, latencies, results."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
from web_client import Client
from web_server import WORKERS, MemoryWatch, Server, memory_mb, running_server, spread_ms

from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.memory import draw_memory

N_RECORDINGS, N_COMPARED = 32, 3
PIECE_BYTES = 256 * 2**10
"""Smaller than the 4 MiB of a browser, so that a recording of half an hour has several pieces."""

_ENDINGS = (".hea", ".dat", ".atr")
_LOOK_S = 0.2
_AFTER_S = 10.0
"""How long the memory is watched after the last analysis."""


def measure_load(folder: Path, *, database: Path, figure: Path) -> dict[str, Any]:
    """32 persons bring a recording each at the same time.

    Args:
        folder: for the server.
        database: WFDB records of half an hour.
        figure: of the memory over time, which is written.
    """
    records = sorted(path.stem for path in database.glob("*.dat"))[:N_RECORDINGS]
    files = [[database / f"{record}{ending}" for ending in _ENDINGS] for record in records]
    with running_server(folder, *WORKERS, persons=len(records) + 1) as server:
        server.wait_for_start()
        looker = Looker(server, files=files[0], person=len(records))
        looker.prepare()  # everything is loaded
        idle = memory_mb(server.processes())
        clients = [server.client(person) for person in range(len(records))]
        with MemoryWatch(server) as memory, looker, ThreadPoolExecutor(len(records)) as pool:
            begin = time.monotonic()
            done = list(pool.map(lambda *pair: _bring(*pair, begin=begin), clients, files))
            time.sleep(_AFTER_S)
        latencies = _merged([*clients, looker.client])
        chosen = range(0, len(records), len(records) // N_COMPARED)[:N_COMPARED]
        compared = [
            _compare(clients[i], done[i][0]["id"], files[i][0], folder=folder) for i in chosen
        ]
    ends = [ended for _, ended in done]
    save_figure(draw_memory(memory.seconds, memory.megabytes, until=max(ends)), figure)
    return {
        "recordings": len(records),
        "done": sum(analysis["status"] == "done" for analysis, _ in done),
        "seconds": round(max(ends), 1),
        "seconds_until_first": round(min(ends), 1),
        "recordings_compared": len(compared),
        "beats_compared": sum(compared),
        "idle_mb": round(sum(idle.values())),
        "peak_mb": round(memory.peak_mb),
        "peak_mb_by_kind": memory.peaks_mb,
        "latency_ms": {kind: spread_ms(seconds) for kind, seconds in latencies.items()},
    }


def _bring(client: Client, files: Sequence[Path], *, begin: float) -> tuple[Any, float]:
    """Bring a recording and wait for its analysis; the analysis, and when it had ended."""
    recording = client.bring(files, piece_bytes=PIECE_BYTES)
    analysis = client.wait(recording["analyses"][0]["id"])
    return analysis, time.monotonic() - begin


class Looker:
    """A person who looks at a recording all the time, within the block.

    Args:
        server: with a token for the person.
        files: of the recording.
        person: number of the token.
    """

    def __init__(self, server: Server, *, files: Sequence[Path], person: int) -> None:
        self.client = server.client(person)
        self._files = files
        self._recording = ""
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def prepare(self) -> None:
        """Bring the recording."""
        recording = self.client.bring(self._files)
        self.client.wait(recording["analyses"][0]["id"], pause_s=0.1)
        self._recording = recording["id"]
        self._window(0.0)
        self.client.seconds.clear()

    def __enter__(self) -> "Looker":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        rng = random.Random(0)
        while not self._end.wait(_LOOK_S):
            self._window(rng.uniform(0, 1700))
            self.client.ask("/", kind="start page")

    def _window(self, from_s: float) -> None:
        path = f"/recordings/{self._recording}/signal"
        self.client.get(path, kind="10 s of the signal", from_s=from_s, to_s=from_s + 10)


def _compare(client: Client, analysis_id: str, header: Path, *, folder: Path) -> int:
    """Compare an analysis with `ecgfuse annotate`; the number of beats, which are all equal."""
    command = [sys.executable, "-m", "ecgfuse", "annotate", str(header), "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    expected = pd.read_csv(folder / f"{header.stem}.beats.csv", keep_default_na=False)
    beats = client.get(f"/analyses/{analysis_id}/beats", kind="all beats")["beats"]
    for column in ("sample", "class", "flag"):
        assert beats[column] == expected[column].tolist(), (header, column)
    return len(expected)


def _merged(clients: Sequence[Client]) -> dict[str, list[float]]:
    """Kind of request -> how long the requests of all clients took."""
    merged: dict[str, list[float]] = {}
    for client in clients:
        for kind, seconds in client.seconds.items():
            merged.setdefault(kind, []).extend(seconds)
    return merged
