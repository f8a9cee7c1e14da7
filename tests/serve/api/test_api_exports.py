"""Files to take away are read back."""

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from api_persons import Person, assert_problem
from PIL import Image
from stored_results import CLASSES, STEP, Stored

from ecgfuse.recordings.annotation_reader import read_annotation

FILES = {
    "annotation": ("application/octet-stream", "100.ecgfuse"),
    "beats.csv": ("text/csv", "100.beats.csv"),
    "report.json": ("application/json", "100.report.json"),
    "strip.svg": ("image/svg+xml", "100.0-10s.svg"),
    "strip.png": ("image/png", "100.0-10s.png"),
}


@pytest.fixture
def corrected(stored: Stored, anna: Person) -> Stored:
    """The first beat is V by a correction."""
    new = {"sample": STEP, "to_class": "V"}
    anna.post(f"{stored.at_analysis}/corrections", json=new, headers={"If-Match": "0"})
    return stored


@pytest.mark.parametrize("what", FILES)
def test_a_file_has_its_type_and_name_and_belongs_to_its_owner(
    what: str, stored: Stored, anna: Person, ben: Person
) -> None:
    response = anna.get(f"{stored.at_analysis}/export/{what}")
    assert response.status_code == 200, response.text
    media_type, name = FILES[what]
    assert response.mimetype == media_type
    assert response.headers["Content-Disposition"] == f"attachment; filename={name}"
    tag = {"If-None-Match": response.headers["ETag"]}
    assert anna.get(f"{stored.at_analysis}/export/{what}", headers=tag).status_code == 304
    assert_problem(ben.get(f"{stored.at_analysis}/export/{what}"), 404)


def test_the_annotation_has_the_corrected_labels(
    corrected: Stored, anna: Person, tmp_path: Path
) -> None:
    path = tmp_path / "100.ecgfuse"
    path.write_bytes(anna.get(f"{corrected.at_analysis}/export/annotation").data)
    found = read_annotation(path)
    beats = "".join(symbol for symbol in found.symbols if symbol != "~")
    assert beats == f"V{CLASSES[1:]}"


def test_the_table_has_both_labels(corrected: Stored, anna: Person) -> None:
    text = anna.get(f"{corrected.at_analysis}/export/beats.csv").text
    table = pd.read_csv(io.StringIO(text), keep_default_na=False)
    assert "".join(table["model_class"]) == CLASSES
    assert table["class"][0] == "V"


def test_the_report_has_the_corrections(corrected: Stored, anna: Person) -> None:
    report = json.loads(anna.get(f"{corrected.at_analysis}/export/report.json").data)
    assert report["counts"]["V"] == CLASSES.count("V") + 1
    (correction,) = report["corrections"]
    assert (correction["sample"], correction["to_class"]) == (STEP, "V")
    assert "path" not in report


def test_a_strip_is_a_picture_of_its_part(stored: Stored, anna: Person) -> None:
    query = {"from_s": 1, "to_s": 5, "lead": "V1, high"}
    response = anna.get(f"{stored.at_analysis}/export/strip.png", query_string=query)
    assert Image.open(io.BytesIO(response.data)).width > 100
    text = anna.get(f"{stored.at_analysis}/export/strip.svg", query_string=query).text
    assert "V1, high" in text
    assert "MLII" not in text


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("film.mp4", 404, "choose one of: annotation"),
        ("strip.svg?lead=aVF", 422, "no lead"),
        ("strip.svg?from_s=5&to_s=4", 422, "empty"),
        ("strip.svg?from_s=100", 422, "outside"),
        ("strip.png?from_s=x", 422, "from_s"),
        ("strip.png?to_s=1e9", 422, "to_s"),
    ],
)
def test_wrong_files_are_refused(
    path: str, status: int, says: str, stored: Stored, anna: Person
) -> None:
    assert_problem(anna.get(f"{stored.at_analysis}/export/{path}"), status, says=says)


def test_names_of_other_alphabets_are_kept(services: object, stored: Stored, anna: Person) -> None:
    from ecgfuse.serve.database.tables import RecordingRow
    from ecgfuse.serve.services import Services

    assert isinstance(services, Services)
    with services.database.session() as session:
        session.get_one(RecordingRow, stored.recording).name = '심전도 "1"'
    response = anna.get(f"{stored.at_analysis}/export/beats.csv")
    assert "filename*=UTF-8''%EC%8B%AC" in response.headers["Content-Disposition"]
