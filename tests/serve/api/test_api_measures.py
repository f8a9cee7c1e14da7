"""Beats and numbers of an analysis: right, conditional, and only for its owner."""

import json
from pathlib import Path

import pandas as pd
import pytest
from api_persons import Person, assert_problem
from beat_tables import FS
from stored_results import CLASSES, SECONDS, STEP, Stored, store

from ecgfuse.cli.main import main
from ecgfuse.serve.analysis.columns import save_columns
from ecgfuse.serve.analysis.result import BAD
from ecgfuse.serve.api.answers.beats import MOST_BEATS
from ecgfuse.serve.services import Services

PATHS = ["beats", f"beats/{STEP}", "overview", "summary", "rr", "medians", "reference"]
EVERY_PATH = [*PATHS, "next?class=V", "corrections"]


@pytest.mark.parametrize("path", EVERY_PATH)
def test_every_number_is_found_by_its_owner_alone(
    path: str, stored: Stored, anna: Person, ben: Person
) -> None:
    assert anna.get(f"{stored.at_analysis}/{path}").status_code == 200
    assert_problem(ben.get(f"{stored.at_analysis}/{path}"), 404, says="no such analysis")
    assert_problem(anna.get(f"/analyses/{'x' * 22}/{path}"), 404, says="no such analysis")
    assert_problem(anna.get(f"/analyses/x%00/{path}"), 404)


@pytest.mark.parametrize("path", [*PATHS, "next?class=V"])
@pytest.mark.parametrize(
    ("status", "says"), [("running", "not done yet"), ("failed", "failed"), ("cancelled", "was")]
)
def test_numbers_of_an_analysis_that_is_not_done_are_refused(
    path: str, status: str, says: str, services: Services, anna: Person
) -> None:
    anna.get("/recordings")
    stored = store(services, status=status)
    assert_problem(anna.get(f"{stored.at_analysis}/{path}"), 409, says=says)


@pytest.mark.parametrize("path", PATHS)
def test_numbers_are_sent_again_only_after_a_correction(
    path: str, stored: Stored, anna: Person
) -> None:
    first = anna.get(f"{stored.at_analysis}/{path}")
    assert "private" in first.headers["Cache-Control"]
    known = {"If-None-Match": first.headers["ETag"]}
    again = anna.get(f"{stored.at_analysis}/{path}", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    new = {"sample": STEP, "to_class": "S"}
    etag = {"If-Match": first.headers["ETag"]}
    assert anna.post(f"{stored.at_analysis}/corrections", json=new, headers=etag).status_code == 201
    assert anna.get(f"{stored.at_analysis}/{path}", headers=known).status_code == 200


def test_beats_are_columns_of_equal_length(stored: Stored, anna: Person) -> None:
    answer = anna.get(f"{stored.at_analysis}/beats").get_json()
    beats = answer["beats"]
    assert answer["version"] == 0
    assert "".join(beats["class"]) == CLASSES
    assert beats["sample"][:2] == [STEP, 2 * STEP]
    assert beats["time_s"][0] == 0.8
    assert beats["p"]["N"][10] is None  # Q
    assert beats["p"]["N"][0] == 0.97
    assert beats["flag"][10] == "noise"
    assert beats["reference"][9] == "S"
    assert {len(column) for column in (*beats["p"].values(), beats["reference"])} == {len(CLASSES)}


def test_a_window_has_its_first_time_and_not_its_last(stored: Stored, anna: Person) -> None:
    answer = anna.get(f"{stored.at_analysis}/beats?from_s=0.8&to_s=2.4").get_json()
    assert answer["beats"]["sample"] == [STEP, 2 * STEP]
    answer = anna.get(f"{stored.at_analysis}/beats?class=V&from_s=2&to_s=6.4").get_json()
    assert answer["beats"]["sample"] == [3 * STEP, 6 * STEP, 7 * STEP]
    assert anna.get(f"{stored.at_analysis}/beats?from_s=1000").get_json()["beats"]["sample"] == []


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("class=X", "is none of N, S, V, F, Q"),
        ("from_s=x", "Not a valid number"),
        ("from_s=-1", "greater than or equal"),
        ("to_s=nan", "Special numeric"),
        ("from_s=1e300", "less than"),
    ],
)
def test_wrong_windows_are_refused(query: str, says: str, stored: Stored, anna: Person) -> None:
    assert_problem(anna.get(f"{stored.at_analysis}/beats?{query}"), 422, says=says)


@pytest.mark.slow
def test_too_many_beats_are_refused_with_the_cure(services: Services, anna: Person) -> None:
    anna.get("/recordings")
    stored = store(services, with_reference=False, n_beats=MOST_BEATS + 1)
    assert_problem(anna.get(f"{stored.at_analysis}/beats"), 422, says="shorter time")
    assert anna.get(f"{stored.at_analysis}/beats?from_s=1").status_code == 200


def test_one_beat_has_its_waveform_and_neighbours(stored: Stored, anna: Person) -> None:
    beat = anna.get(f"{stored.at_analysis}/beats/{3 * STEP}").get_json()
    assert (beat["class"], beat["model_class"], beat["reference"]) == ("V", "V", "V")
    assert (beat["rr_before_s"], beat["rr_after_s"]) == (pytest.approx(0.8), pytest.approx(0.8))
    wave = beat["waveform"]
    assert wave["mv"][wave["t_s"].index(0)] == 1
    assert sum(wave["mv"]) == 1  # the neighbours are 0.8 s away
    assert beat["attention"] is None


@pytest.mark.parametrize("sample", ["1", "99999999999999999999", "x"])
def test_a_sample_without_a_beat_is_not_found(sample: str, stored: Stored, anna: Person) -> None:
    assert_problem(anna.get(f"{stored.at_analysis}/beats/{sample}"), 404)


def test_the_overview_counts_every_beat_once(stored: Stored, anna: Person) -> None:
    answer = anna.get(f"{stored.at_analysis}/overview?bins=7").get_json()
    assert (answer["bins"], answer["seconds_per_bin"]) == (7, 2)
    assert sum(answer["counts"]["N"]) == CLASSES.count("N")
    assert answer["counts"]["V"] == [0, 1, 2, 1, 0, 0, 0]  # at 2.4, 4.8, 5.6 and 6.4 s
    assert answer["max"] == [1, 1, 1, 1, 1, 1, 1]
    assert answer["heart_rate"][1] == 75
    assert answer["without_signal"] == [[0, 0.1, "no signal"]]


def test_the_summary_is_that_of_the_labels_and_hides_the_server(
    stored: Stored, anna: Person
) -> None:
    answer = anna.get(f"{stored.at_analysis}/summary").get_json()
    assert answer["counts"] == {name: CLASSES.count(name) for name in "NSVFQ"}
    assert answer["ectopy"]["V"] == {"single": 1, "couplets": 0, "runs": 1, "longest_run_beats": 3}
    assert answer["doubt"]["beats"] == 1
    assert answer["duration_s"] == SECONDS
    assert answer["runs"][0]["beats"] == 3
    assert answer["bigeminy"]["V"]["episodes"] == 0
    assert "path" not in answer


def test_rr_intervals_are_those_between_usable_beats(stored: Stored, anna: Person) -> None:
    answer = anna.get(f"{stored.at_analysis}/rr").get_json()
    assert len(answer["rr_s"]) == len(CLASSES) - 1 - 2  # none beside the noisy beat
    assert set(answer["rr_s"]) == {0.8}
    assert answer["next_rr_s"][-1] is None
    assert answer["poincare"] is None  # one pair of intervals of three normal beats


def test_every_class_with_beats_has_a_median(stored: Stored, anna: Person) -> None:
    answer = anna.get(f"{stored.at_analysis}/medians").get_json()
    assert sorted(answer) == ["F", "N", "Q", "S", "V"]
    assert answer["V"]["n"] == 4
    assert max(answer["V"]["mv"]) == 1
    assert len(answer["V"]["mv"]) == len(answer["V"]["t_s"])


def test_the_reference_is_compared_by_ec57(stored: Stored, anna: Person) -> None:
    answer = anna.get(f"{stored.at_analysis}/reference").get_json()
    assert answer["ec57"]["standard"] is None  # shorter than five minutes
    whole = answer["ec57"]["whole"]
    assert whole["counts"][whole["rows"].index("V")][whole["columns"].index("v")] == 4
    assert whole["scores"]["sveb"]["se"] == 1
    assert answer["mismatches"] == []  # an unclassified beat is none
    new = {"sample": STEP, "to_class": "V"}
    anna.post(f"{stored.at_analysis}/corrections", json=new, headers={"If-Match": "0"})
    assert anna.get(f"{stored.at_analysis}/reference").get_json()["mismatches"] == [STEP]


@pytest.mark.parametrize("silent_s", [(0.0, 0.1), (4.2, 6.2)])
def test_the_ec57_table_is_that_of_ecgfuse_score_on_the_exported_file(
    silent_s: tuple[float, float],
    services: Services,
    stored: Stored,
    anna: Person,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    begin, end = (round(time * FS) for time in silent_s)
    bad = {"first": [begin], "end": [end], "reason": ["no signal"]}
    save_columns(pd.DataFrame(bad), services.storage.folder_of("analyses", stored.analysis) / BAD)
    new = {"sample": STEP, "to_class": "S"}
    anna.post(f"{stored.at_analysis}/corrections", json=new, headers={"If-Match": "0"})
    whole = anna.get(f"{stored.at_analysis}/reference").get_json()["ec57"]["whole"]
    exported = tmp_path / "100.ecgfuse"
    exported.write_bytes(anna.get(f"{stored.at_analysis}/export/annotation").data)
    reference = services.storage.folder_of("recordings", stored.recording) / "100.atr"
    with pytest.raises(SystemExit, match="0"):
        main(["score", str(reference), str(exported), "--start", "0", "--json"])
    (record,) = json.loads(capsys.readouterr().out)["records"].values()
    counts = [[*row.values()] for row in record["counts"].values()]
    assert whole["counts"] == counts
    assert whole["scores"] == {name: record[name] for name in ("qrs", "veb", "sveb")}


def test_without_a_reference_there_is_none(services: Services, anna: Person) -> None:
    anna.get("/recordings")
    stored = store(services, with_reference=False)
    assert_problem(anna.get(f"{stored.at_analysis}/reference"), 404, says=".atr")
    assert anna.get(f"{stored.at_analysis}/beats").get_json()["beats"]["reference"] is None
    assert_problem(anna.get(f"{stored.at_analysis}/next?class=mismatch"), 404)


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("class=V", 2),
        ("class=V&from_s=2.4", 5),
        ("class=V&from_s=2.4&direction=-1", None),
        ("class=S&from_s=14&direction=-1", 9),
        ("class=run", 5),
        ("class=doubt", 3),
        ("class=pause", None),
        ("class=mismatch", None),
    ],
)
def test_jumps(query: str, row: int | None, stored: Stored, anna: Person) -> None:
    response = anna.get(f"{stored.at_analysis}/next?{query}")
    if row is None:
        assert_problem(response, 404, says="there is no")
    else:
        kind = query.split("&")[0].removeprefix("class=")
        sample = (row + 1) * STEP
        expected = {"time_s": pytest.approx(0.8 * (row + 1)), "sample": sample, "kind": kind}
        assert response.get_json() == expected


@pytest.mark.parametrize("query", ["", "class=X", "class=V&direction=0", "class=V&from_s=inf"])
def test_wrong_jumps_are_refused(query: str, stored: Stored, anna: Person) -> None:
    assert_problem(anna.get(f"{stored.at_analysis}/next?{query}"), 422)
