"""Many recordings at once: none is lost, and each result is that of the library."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from serve_cases import write_wfdb
from web_client import Client
from web_server import running_server

from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.run import Options, annotate_file

N_RECORDINGS = 8


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator("best")


def bring(client: Client, files: list[Path]) -> tuple[Any, Any]:
    """The analysis of a recording, and its beats."""
    recording = client.bring(files, piece_bytes=4096)
    analysis = client.wait(recording["analyses"][0]["id"], pause_s=0.2)
    return analysis, client.get(f"/analyses/{analysis['id']}/beats", kind="beats")["beats"]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_recordings_brought_at_once_all_have_the_result_of_the_library(
    tmp_path: Path, annotator: Annotator
) -> None:
    records = [
        write_wfdb(tmp_path / "in", f"r{number}", seconds=20 + number)
        for number in range(N_RECORDINGS)
    ]
    workers = ("--workers", "2", "--job-workers", "2")
    with running_server(tmp_path / "server", *workers, persons=N_RECORDINGS) as server:
        server.wait_for_start()
        clients = [server.client(person) for person in range(N_RECORDINGS)]
        with ThreadPoolExecutor(N_RECORDINGS) as pool:
            found = list(pool.map(bring, clients, records))
        kept = [client.get("/recordings", kind="recordings") for client in clients]
        log = server.log.read_text()
    assert [[one["name"] for one in of_person] for of_person in kept] == [
        [f"r{number}"] for number in range(N_RECORDINGS)
    ]
    for (header, *_), (analysis, beats) in zip(records, found, strict=True):
        assert (analysis["status"], analysis["error"]) == ("done", None)
        options = Options(out=tmp_path / "out", page=False)
        annotate_file(header, annotator=annotator, options=options)
        expected = pd.read_csv(
            tmp_path / "out" / f"{header.stem}.beats.csv", keep_default_na=False, na_values={}
        )
        assert beats["sample"] == expected["sample"].tolist()
        assert beats["class"] == expected["class"].tolist()
        assert beats["flag"] == expected["flag"].tolist()
        for name, values in beats["p"].items():
            numbers = pd.to_numeric(expected[f"p_{name}"], errors="coerce")
            np.testing.assert_allclose(np.array(values, dtype=float), numbers, atol=6e-5)
    assert '"level": "error"' not in log
