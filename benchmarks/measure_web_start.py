"""The first page of the web application: when it is there, and what pages weigh on the wire."""

import gzip
import re
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urljoin

from web_client import Answer, Client
from web_server import WORKERS, running_server

N_STARTS = 7
_LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"|name="catalogue" content="([^"]+)"')
_IMPORTED = re.compile(r'^(?:import|export)[^;]*?"(\.\.?/[^"]+)";', re.MULTILINE)


def measure_start(folder: Path) -> dict[str, Any]:
    """Seconds until the start page is there, and the sizes of pages with all that they load.

    Args:
        folder: for the servers.
    """
    seconds = []
    for number in range(N_STARTS):
        home = folder / ("first" if number == 0 else "again")
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
        answer = client.ask(address, kind="page", headers={"Accept-Encoding": "gzip"})
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
    kind, _, _ = answer.headers["content-type"].partition(";")
    is_packed = answer.headers.get("content-encoding") == "gzip"
    body = gzip.decompress(answer.body) if is_packed else answer.body
    if kind == "text/html":
        return [address or catalogue for address, catalogue in _LINKED.findall(body.decode())]
    return _IMPORTED.findall(body.decode()) if kind.endswith("javascript") else []
