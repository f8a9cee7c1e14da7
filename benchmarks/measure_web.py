"""Measure the web application on this machine: python benchmarks/measure_web.py [--only PART ...]

Starts `ecgfuse serve` in temporary folders and uses it by HTTP, as programs of several persons do:

  load    32 real recordings of half an hour brought at the same time
  day     24 hours of two leads, real recordings behind one another, repeatedly
  start   the first start page, and what pages weigh on the wire

Updates the measured parts of benchmarks/web.json and the figure of memory, benchmarks/web_memory.png;
`python benchmarks/table.py` then writes the tables.
"""

import argparse
import gzip
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urljoin

import numpy as np
import pandas as pd
from measure_annotation import HOURS, write_day
from web_client import Answer, Client
from web_server import MemoryWatch, Server, memory_mb, running_server

from ecgfuse.pipeline.files import write_json
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.memory import draw_memory

RESULTS = Path("benchmarks/web.json")
FIGURE = Path("benchmarks/web_memory.png")

N_RECORDINGS, N_COMPARED = 32, 3
PIECE_BYTES = 256 * 2**10
"""Smaller than the 4 MiB of a browser, so that a recording of half an hour has several pieces."""
WORKERS = ("--workers", "2", "--job-workers", "2")
ENDINGS = (".hea", ".dat", ".atr")
N_WINDOWS, N_OTHERS, N_STARTS = 400, 5, 7
LONGEST_S = HOURS * 3600.0
_LINKED = re.compile(
    r'(?:href|src)="(/static/[^"]+|/catalogue/[^"]+)"|name="catalogue" content="([^"]+)"'
)
_IMPORTED = re.compile(r'^(?:import|export)[^;]*?"(\./[^"]+|\.\./[^"]+)";', re.MULTILINE)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--database", type=Path, default=Path("data/raw/mitdb"))
    arguments = parser.parse_args()
    found = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    for part in arguments.only:
        with tempfile.TemporaryDirectory(prefix="ecgfuse-web-") as folder:
            found[part] = PARTS[part](Path(folder), arguments.database)
        print(part, json.dumps({k: v for k, v in found[part].items() if k != "memory"}, indent=2))
        write_json({name: found[name] for name in PARTS if name in found}, RESULTS)


# -- Many recordings at once


def measure_load(folder: Path, database: Path) -> dict[str, Any]:
    """32 persons bring a recording each at the same time."""
    records = sorted(path.stem for path in database.glob("*.dat"))[:N_RECORDINGS]
    with running_server(folder, *WORKERS, persons=len(records) + 1) as server:
        server.wait_for_start()
        looker = Looker(server, files=_files(database, records[0]), person=len(records))
        looker.prepare()  # everything is loaded
        idle = memory_mb(server.processes())
        clients = [server.client(person) for person in range(len(records))]
        with MemoryWatch(server) as memory, looker:
            begin = time.monotonic()
            with ThreadPoolExecutor(len(records)) as pool:
                done = list(
                    pool.map(lambda pair: _bring(pair[0], _files(database, pair[1]), begin=begin),
                             zip(clients, records, strict=True))
                )  # fmt: skip
        compared = [
            _compare(client, analysis["id"], database / f"{record}.hea", folder=folder)
            for client, (analysis, _), record in list(zip(clients, done, records, strict=True))[
                :: len(records) // N_COMPARED
            ][:N_COMPARED]
        ]
    save_figure(
        draw_memory(memory.seconds, memory.megabytes, until=max(t for _, t in done)), FIGURE
    )
    return {
        "recordings": len(records),
        "done": sum(analysis["status"] == "done" for analysis, _ in done),
        "seconds": round(max(ended for _, ended in done), 1),
        "seconds_until_first": round(min(ended for _, ended in done), 1),
        "beats_compared": sum(compared),
        "recordings_compared": len(compared),
        "idle_mb": round(sum(idle.values())),
        "peak_mb": round(memory.peak_mb),
        "peak_mb_by_kind": {kind: round(max(mb)) for kind, mb in memory.megabytes.items()},
        "latency_ms": _latencies([*clients, looker.client]),
    }


def _files(database: Path, record: str) -> list[Path]:
    return [database / f"{record}{ending}" for ending in ENDINGS]


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
        while not self._end.wait(0.2):
            self._window(rng.uniform(0, 1700))
            self.client.ask("/", kind="start page")

    def _window(self, from_s: float) -> None:
        path = f"/recordings/{self._recording}/signal"
        self.client.get(path, kind="window of a signal", from_s=from_s, to_s=from_s + 10)


def _compare(client: Client, analysis_id: str, header: Path, *, folder: Path) -> int:
    """Compare an analysis with `ecgfuse annotate`; the number of beats, which are all equal."""
    command = [sys.executable, "-m", "ecgfuse", "annotate", str(header), "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    expected = pd.read_csv(folder / f"{header.stem}.beats.csv", keep_default_na=False)
    answer = client.get(f"/analyses/{analysis_id}/beats", kind="all beats")["beats"]
    assert answer["sample"] == expected["sample"].tolist(), header
    assert answer["class"] == expected["class"].tolist(), header
    assert answer["flag"] == expected["flag"].tolist(), header
    return len(expected)


def _latencies(clients: Sequence[Client]) -> dict[str, dict[str, float]]:
    """Kind of request -> how long requests took."""
    merged: dict[str, list[float]] = {}
    for client in clients:
        for kind, seconds in client.seconds.items():
            merged.setdefault(kind, []).extend(seconds)
    return {kind: _spread(seconds) for kind, seconds in merged.items()}


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    ms = 1000 * np.array(seconds)
    p50, p95 = np.percentile(ms, [50, 95])
    return {
        "n": len(ms),
        "p50": round(float(p50), 1),
        "p95": round(float(p95), 1),
        "max": round(float(ms.max()), 1),
    }


# -- A long recording


def measure_day(folder: Path, database: Path) -> dict[str, Any]:
    """A day of two leads, from the first piece to the answers of the viewer."""
    records = tuple(sorted(path.stem for path in database.glob("*.dat")))
    header = write_day(folder, database=database, records=records)
    files = [header, header.with_suffix(".dat")]
    with running_server(folder / "server", *WORKERS) as server, MemoryWatch(server) as memory:
        server.wait_for_start()
        client = server.client()
        begin = time.monotonic()
        recording = client.bring(files)
        uploaded = time.monotonic()
        analysis = client.wait(recording["analyses"][0]["id"])
        ended = time.monotonic()
        assert analysis["status"] == "done", analysis
        found = _questions(client, recording["id"], analysis["id"])
    return {
        "megabytes": round(sum(path.stat().st_size for path in files) / 1e6),
        "records_repeated": len(records),
        "upload_s": round(uploaded - begin, 1),
        "analysis_s": round(ended - uploaded, 1),
        "peak_mb": round(memory.peak_mb),
        "peak_mb_by_kind": {kind: round(max(mb)) for kind, mb in memory.megabytes.items()},
        **found,
    }


def _questions(client: Client, recording_id: str, analysis_id: str) -> dict[str, Any]:
    """Latencies of what the viewer asks for, and the size of its answers."""
    rng, sizes = random.Random(0), {}
    client.seconds.clear()
    for _ in range(N_WINDOWS):
        length = LONGEST_S ** rng.uniform(0, 1)
        begin = rng.uniform(0, LONGEST_S - length)
        client.get(
            f"/recordings/{recording_id}/signal",
            kind="signal",
            from_s=begin,
            to_s=begin + length,
            points=rng.choice([1000, 2000, 4000]),
        )
    for name, query in {
        "overview": {"bins": 2000}, "summary": {}, "rr": {}, "medians": {},
        "beats": {"to_s": 3600}, "next": {"class_": "run", "from_s": 0},
    }.items():  # fmt: skip
        for attempt in range(N_OTHERS):
            kind = f"{name}, first" if attempt == 0 else name
            answer = client.get(f"/analyses/{analysis_id}/{name}", kind=kind, **query)
        sizes[name] = len(json.dumps(answer))
    return {
        "latency_ms": {kind: _spread(seconds) for kind, seconds in client.seconds.items()},
        "bytes": sizes,
    }


# -- The first page


def measure_start(folder: Path, _database: Path) -> dict[str, Any]:
    """Seconds until the start page is there, and the size of pages with all they load."""
    seconds = []
    for number in range(N_STARTS):
        home = folder / ("new" if number == 0 else "again")
        with running_server(home, *WORKERS, persons=0) as server:
            seconds.append(server.wait_for_start())
    with running_server(folder / "pages", *WORKERS) as server:
        server.wait_for_start()
        client = server.client()
        example = client.get("/examples", kind="examples")[0]["name"]
        (recording,) = client.post(f"/examples/{example}", {}, kind="example")["recordings"]
        pages = {"start": "/", "viewer": f"/recordings/{recording['id']}"}
        weights = {name: _weight(client, path) for name, path in pages.items()}
    return {
        "first_s": round(seconds[0], 2),
        "median_s": round(median(seconds[1:]), 2),
        "fastest_s": round(min(seconds[1:]), 2),
        "pages": weights,
    }


def _weight(client: Client, path: str) -> dict[str, int]:
    """Files and bytes of a page with its styles, scripts and pictures, headers included."""
    waiting, seen, n_bytes = [path], {path}, 0
    while waiting:
        address = waiting.pop()
        answer = client.ask(address, kind="page", headers={"Accept-Encoding": "gzip, br"})
        assert answer.status == 200, (address, answer)
        head = sum(len(f"{name}: {value}\r\n") for name, value in answer.headers.items())
        n_bytes += len(answer.body) + head
        for found in _named_in(answer):
            linked = urljoin(address, found)
            if linked not in seen:
                seen.add(linked)
                waiting.append(linked)
    return {"files": len(seen), "bytes": n_bytes}


def _named_in(answer: Answer) -> list[str]:
    """Addresses that a page or a script loads."""
    kind = answer.headers["content-type"].partition(";")[0]
    body = answer.body
    if answer.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    if kind == "text/html":
        return [a or b for a, b in _LINKED.findall(body.decode())]
    return _IMPORTED.findall(body.decode()) if kind.endswith("javascript") else []


PARTS: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    "load": measure_load,
    "day": measure_day,
    "start": measure_start,
}

if __name__ == "__main__":
    run_stage(main)
