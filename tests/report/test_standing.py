"""A study is current if its lock file matches the present code, data and parameters."""

import hashlib
from pathlib import Path

import pytest
import yaml

from ecgfuse.report.standing import Standing, standings

OLD, NEW = "0" * 32, "1" * 32


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    """A root pipeline; the study noise is current, daeac was not run."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code/noise.txt").write_text("fingerprints")
    (tmp_path / "params.yaml").write_text("split: {test: ['100']}\ndata: {database: mitdb}\n")
    write(
        tmp_path / "dvc.lock",
        preprocess={"outs": {"data/beats": OLD}},
        train={"deps": {"data/beats/train": OLD}, "outs": {"models/a": OLD}},
    )
    folder = tmp_path / "studies"
    for name in ("noise", "daeac"):
        (folder / name).mkdir(parents=True)
        (folder / name / "dvc.yaml").write_text(f"stages:\n  {name}:\n    cmd: run\n")
    (folder / "noise/params.yaml").write_text("noise: {snr_db: [6]}\n")
    write(
        folder / "noise/dvc.lock",
        noise={
            "deps": {
                "code/noise.txt": md5("fingerprints"),
                "data/beats/train": OLD,
                "models/a": OLD,
                "studies/noise/data/mixed": NEW,
            },
            "params": {
                "params.yaml": {"split.test": ["100"], "data": {"database": "mitdb"}},
                "studies/noise/params.yaml": {"noise": {"snr_db": [6]}},
            },
            "outs": {"studies/noise/data/mixed": NEW},
        },
    )
    write(folder / "daeac/dvc.lock")
    return folder


def write(path: Path, **stages: dict) -> None:
    """A lock file as DVC writes it."""
    entries = {
        name: {
            kind: content
            if kind == "params"
            else [{"path": path, "hash": "md5", "md5": value} for path, value in content.items()]
            for kind, content in stage.items()
        }
        for name, stage in stages.items()
    }
    document = {"schema": "2.0"} | ({"stages": entries} if entries else {})
    path.write_text(yaml.safe_dump(document))


def test_a_study_is_current_if_nothing_changed_and_not_if_it_was_not_run(studies):
    found = standings(studies)
    assert found == {"daeac": Standing(was_run=False, reasons=()), "noise": Standing(True, ())}
    assert found["noise"].is_current
    assert not found["daeac"].is_current


@pytest.mark.parametrize(
    ("path", "old", "new", "changed"),
    [
        ("code/noise.txt", "fingerprints", "others", "code/noise.txt"),
        ("params.yaml", "'100'", "'101'", "split.test"),
        ("params.yaml", "mitdb", "svdb", "data"),
        ("studies/noise/params.yaml", "[6]", "[0]", "studies/noise/params.yaml:noise"),
        ("dvc.lock", "models/a\n", "models/b\n", None),
    ],
)
def test_a_changed_file_or_parameter_is_named(studies, path, old, new, changed):
    file = studies.parent / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    # A missing output is no change: a clone has no data.
    assert standings(studies)["noise"].reasons == (
        () if changed is None else (f"{changed} changed",)
    )


def test_a_changed_output_of_the_root_pipeline_is_named(studies):
    lock = studies.parent / "dvc.lock"
    document = yaml.safe_load(lock.read_text())
    document["stages"]["train"]["deps"][0]["md5"] = NEW
    lock.write_text(yaml.safe_dump(document))
    assert standings(studies)["noise"].reasons == ("data/beats/train changed",)


def test_a_study_with_a_stage_that_was_not_run_is_not_current(studies):
    pipeline = studies / "noise/dvc.yaml"
    pipeline.write_text(pipeline.read_text() + "  evaluate:\n    cmd: run\n")
    assert standings(studies)["noise"].reasons == ("evaluate was not run",)


def test_a_study_that_reads_another_is_current_only_if_that_one_is(studies):
    write(
        studies / "daeac/dvc.lock",
        daeac={"deps": {"studies/noise/data/mixed/part": OLD}, "outs": {"models/b": OLD}},
    )
    assert standings(studies)["daeac"].is_current
    (studies.parent / "code/noise.txt").write_text("others")
    assert standings(studies)["daeac"].reasons == ("noise is not current",)


def test_a_number_written_as_yaml_1_2_is_no_change(studies):
    (studies / "noise/params.yaml").write_text("noise: {rate: 1e-05}\n")
    lock = studies / "noise/dvc.lock"
    text = lock.read_text()
    old = "          snr_db:\n          - 6\n"
    assert old in text
    lock.write_text(text.replace(old, "          rate: 1e-05\n"))
    assert standings(studies)["noise"].is_current
