"""A day of two leads in the web application: upload, analysis, and what the viewer asks for."""

import json
import random
import time
from pathlib import Path
from typing import Any

from measure_annotation import HOURS, write_day
from web_client import Client
from web_server import WORKERS, MemoryWatch, running_server, spread_ms

N_WINDOWS, N_OTHERS = 400, 5
POINTS = (1000, 2000, 4000)
"""Of a window; about the width of a screen, and of two."""
QUESTIONS: dict[str, dict[str, Any]] = {
    "overview": {"bins": 2000},
    "summary": {},
    "rr": {},
    "medians": {},
    "beats": {"to_s": 3600},
    "next": {"class_": "run", "from_s": 0},
}
"""What is asked of an analysis, and how."""

_MOST_S = 3000.0


def measure_day(folder: Path, *, database: Path) -> dict[str, Any]:
    """A day of two leads, from the first piece to the answers for the viewer.

    Args:
        folder: for the server and the recording.
        database: WFDB records, which are put behind one another.
    """
    records = tuple(sorted(path.stem for path in database.glob("*.dat")))
    header = write_day(folder, database=database, records=records)
    files = [header, header.with_suffix(".dat")]
    with running_server(folder / "server", *WORKERS) as server:
        server.wait_for_start()
        client = server.client()
        first = client.bring([database / f"{records[0]}{ending}" for ending in (".hea", ".dat")])
        client.wait(first["analyses"][0]["id"])  # everything is loaded
        with MemoryWatch(server) as memory:
            begin = time.monotonic()
            recording = client.bring(files)
            uploaded = time.monotonic()
            analysis = client.wait(recording["analyses"][0]["id"], most_s=_MOST_S)
            ended = time.monotonic()
        assert analysis["status"] == "done", analysis
        found = ask(client, recording_id=recording["id"], analysis_id=analysis["id"])
    return {
        "megabytes": round(sum(path.stat().st_size for path in files) / 1e6),
        "records": len(records),
        "upload_s": round(uploaded - begin, 1),
        "analysis_s": round(ended - uploaded, 1),
        "peak_mb": round(memory.peak_mb),
        "peak_mb_by_kind": memory.peaks_mb,
        **found,
    }


def ask(client: Client, *, recording_id: str, analysis_id: str) -> dict[str, Any]:
    """Latencies of what the viewer asks for, and the sizes of its answers.

    Args:
        client: of the owner.
        recording_id: of 24 hours.
        analysis_id: of the recording.
    """
    rng, sizes = random.Random(0), {}
    client.seconds.clear()
    for _ in range(N_WINDOWS):
        length = (3600.0 * HOURS) ** rng.uniform(0, 1)
        begin = rng.uniform(0, 3600.0 * HOURS - length)
        client.get(
            f"/recordings/{recording_id}/signal",
            kind="signal, 1 s to 24 h",
            from_s=begin,
            to_s=begin + length,
            points=rng.choice(POINTS),
        )
    for name, query in QUESTIONS.items():
        for attempt in range(N_OTHERS):
            kind = f"{name}, first time" if attempt == 0 else name
            answer = client.get(f"/analyses/{analysis_id}/{name}", kind=kind, **query)
        sizes[name] = len(json.dumps(answer))
    return {
        "latency_ms": {kind: spread_ms(seconds) for kind, seconds in client.seconds.items()},
        "answer_bytes": sizes,
    }
