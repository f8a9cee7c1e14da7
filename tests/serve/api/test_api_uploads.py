"""Uploads in pieces, and what becomes of the files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from api_persons import NotingQueue, Person, assert_problem
from beat_tables import FS

from ecgfuse.recordings.annotation_writer import write_annotation_file
from ecgfuse.serve.models import list_models
from ecgfuse.serve.services import Services
from ecgfuse.serve.settings import CHUNK_BYTES

PIECES = {"Content-Type": "application/offset+octet-stream"}
SIGNAL = np.zeros(2500, dtype="<i2").tobytes()
HEADER = b"night 1 250 2500\nnight.dat 16 200 16 0 0 0 0 MLII\n"


def announce(person: Person, name: str, size: int) -> str:
    """Id of a new upload."""
    response = person.post("/uploads", json={"name": name, "size": size})
    assert response.status_code == 201, response.text
    return str(response.get_json()["id"])


def append(person: Person, upload: str, content: bytes, *, offset: int = 0) -> Any:
    headers = {**PIECES, "Upload-Offset": str(offset)}
    return person.patch(f"/uploads/{upload}", data=content, headers=headers)


def upload(person: Person, name: str, content: bytes) -> str:
    """Id of a finished upload."""
    made = announce(person, name, len(content))
    assert append(person, made, content).status_code == 200
    return made


def test_a_file_arrives_in_pieces(anna: Person) -> None:
    made = anna.post("/uploads", json={"name": "a.dat", "size": 5}).get_json()
    assert (made["offset"], made["chunk_bytes"]) == (0, CHUNK_BYTES)
    assert append(anna, made["id"], b"abc").get_json()["offset"] == 3
    assert anna.get(f"/uploads/{made['id']}").get_json()["offset"] == 3
    found = append(anna, made["id"], b"de", offset=3).get_json()
    assert (found["offset"], found["size"], found["name"]) == (5, 5, "a.dat")


def test_a_wrong_offset_is_answered_with_the_right_one(anna: Person) -> None:
    made = announce(anna, "a.dat", 5)
    append(anna, made, b"abc")
    assert assert_problem(append(anna, made, b"abc"), 409)["offset"] == 3
    assert_problem(append(anna, made, b"abc", offset=3), 422, says="was announced with 5")


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ({"name": "a.dat"}, "Missing data"),
        ({"name": "a.dat", "size": 0}, "size"),
        ({"name": "a.dat", "size": "5"}, "Not a valid integer"),
        ({"name": "", "size": 5}, "name"),
        ({"name": "a.dat", "size": 2**52}, "a file may have"),
        ({"name": "a.dat", "size": 5, "more": 1}, "Unknown field"),
        ([], "Invalid input type"),
    ],
)
def test_wrong_announcements_are_refused(new: Any, says: str, anna: Person) -> None:
    assert_problem(anna.post("/uploads", json=new), 422, says=says)


def test_a_request_without_json_is_refused(anna: Person) -> None:
    response = anna.post("/uploads", data="{", headers={"Content-Type": "application/json"})
    assert_problem(response, 400)


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"a":' * 100_000, b'{"name": "a.dat", "size": ' + b"9" * 5000 + b"}"]
)
def test_json_that_cannot_be_read_is_refused(body: bytes, anna: Person) -> None:
    answer = anna.post("/uploads", data=body, content_type="application/json")
    assert_problem(answer, 400, says="nested too deeply")


@pytest.mark.parametrize("offset", ["", "x", "-1", "1.5"])
def test_a_piece_needs_its_offset(offset: str, anna: Person) -> None:
    made = announce(anna, "a.dat", 5)
    headers = {**PIECES, "Upload-Offset": offset}
    assert_problem(anna.patch(f"/uploads/{made}", data=b"abc", headers=headers), 422)
    assert_problem(anna.patch(f"/uploads/{made}", data=b"abc", headers=PIECES), 422)


def test_too_large_a_piece_is_refused(anna: Person) -> None:
    made = announce(anna, "a.dat", 2 * CHUNK_BYTES)
    assert_problem(append(anna, made, bytes(CHUNK_BYTES + 1)), 413)


def test_an_upload_belongs_to_its_owner(anna: Person, ben: Person) -> None:
    made = announce(anna, "a.dat", 5)
    assert_problem(ben.get(f"/uploads/{made}"), 404)
    assert_problem(append(ben, made, b"abc"), 404)
    assert_problem(ben.delete(f"/uploads/{made}"), 404)
    assert_problem(ben.post("/recordings", json={"uploads": [made]}), 422, says="no such upload")
    assert anna.delete(f"/uploads/{made}").status_code == 204
    assert_problem(anna.get(f"/uploads/{made}"), 404)
    assert_problem(anna.delete("/uploads/x"), 404)


def test_files_of_a_record_become_one_recording_with_an_analysis(
    anna: Person, queue: NotingQueue, tmp_path: Path
) -> None:
    write_annotation_file(tmp_path / "night.atr", np.array([500]), ["N"], fs=FS)
    files = {
        "night.dat": SIGNAL[:5000],
        "night.hea": HEADER,
        "night.atr": (tmp_path / "night.atr").read_bytes(),
    }
    uploads = [upload(anna, name, content) for name, content in files.items()]
    response = anna.post("/recordings", json={"uploads": uploads, "model": "late", "lead": "MLII"})
    assert response.status_code == 201, response.text
    answer = response.get_json()
    assert answer["problems"] == []
    (recording,) = answer["recordings"]
    assert (recording["name"], recording["kind"]) == ("night", "wfdb")
    assert (recording["fs"], recording["duration_s"], recording["leads"]) == (250, 10, ["MLII"])
    assert recording["has_reference"] is True
    (analysis,) = recording["analyses"]
    assert (analysis["model"], analysis["lead"], analysis["status"]) == ("late", "MLII", "queued")
    assert queue.enqueued == [analysis["id"]]
    assert anna.get(f"/recordings/{recording['id']}").get_json() == recording


def test_the_model_of_the_settings_is_the_default(anna: Person, services: Services) -> None:
    table = "\n".join(f"{i / 250:.3f},0.{i % 10}" for i in range(1000))
    made = upload(anna, "walk.csv", f"time [s],II [mV]\n{table}\n".encode())
    answer = anna.post("/recordings", json={"uploads": [made]}).get_json()
    assert answer["recordings"][0]["kind"] == "csv"
    assert answer["recordings"][0]["analyses"][0]["model"] == services.settings.model


def test_a_file_that_is_no_recording_is_a_problem(anna: Person, queue: NotingQueue) -> None:
    made = upload(anna, "notes.pdf", b"%PDF-1.7 ...")
    answer = anna.post("/recordings", json={"uploads": [made]}).get_json()
    assert answer["recordings"] == []
    assert answer["problems"][0]["file"] == "notes.pdf"
    assert queue.enqueued == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"uploads": []}, "uploads"),
        ({"model": "nothing"}, "does not exist"),
        ({"fs": 0}, "fs"),
        ({"fs": "NaN"}, "fs"),
        ({"units": "K"}, "units"),
        ({"kind": "film"}, "kind"),
        ({"label_column": 188}, "label_column"),
        ({"uploads": ["x" * 22]}, "no such upload"),
        ({"uploads": "x"}, "Not a valid list"),
    ],
)
def test_wrong_options_are_refused(more: dict[str, Any], says: str, anna: Person) -> None:
    made = announce(anna, "a.dat", 5)
    assert_problem(anna.post("/recordings", json={"uploads": [made], **more}), 422, says=says)


def test_a_recording_that_no_model_can_judge_is_a_problem_and_not_kept(
    anna: Person, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecgfuse.serve.starting.list_models", list)
    rows = "\n".join(",".join(["0.5"] * 187) for _ in range(3))
    made = upload(anna, "beats.csv", rows.encode())
    new = {"uploads": [made], "kind": "single_beats", "label_column": "none"}
    answer = anna.post("/recordings", json=new).get_json()
    assert answer["recordings"] == []
    assert "no model for single beats" in answer["problems"][0]["detail"]
    assert anna.get("/recordings").get_json() == []
    assert list(services.storage.ids("recordings")) == []


def test_without_the_default_model_the_best_measured_one_is_taken(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [model for model in list_models() if model.name not in ("best", "early")]
    monkeypatch.setattr("ecgfuse.serve.starting.list_models", lambda: others)
    made = [upload(anna, "night.hea", HEADER), upload(anna, "night.dat", SIGNAL)]
    answer = anna.post("/recordings", json={"uploads": made}).get_json()
    (analysis,) = answer["recordings"][0]["analyses"]
    scores = {one.name: (one.performance or {}).get("macro_f1", 0) for one in others}
    assert analysis["model"] == max(scores, key=lambda name: scores[name])
