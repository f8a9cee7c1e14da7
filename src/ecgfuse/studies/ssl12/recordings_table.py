"""One table of all recordings: file, patient, split and labels."""

import ast
import hashlib
from pathlib import Path

import pandas as pd

from ecgfuse.recordings.wfdb.header import read_header
from ecgfuse.studies.ssl12.config import DatabaseName
from ecgfuse.studies.ssl12.labels import SUPERCLASSES, UNKNOWN, rhythm, superclasses

DOWNLOAD_AGAIN = "fetch it again with 'dvc repro --force studies/ssl12/dvc.yaml:download'"


def list_recordings(name: DatabaseName, folder: Path) -> pd.DataFrame:
    """List all recordings of a database.

    Returns:
        One row per recording: database, name, path (below the folder, without an extension),
        patient, split ("train", "valid", "test", or "identify": patients with several recordings,
        who are in no other split), the five SUPERCLASSES (0, 1, or UNKNOWN if the database has
        none) and rhythm (index into RHYTHMS, or UNKNOWN).

    Raises:
        ValueError: a table or a header is missing or damaged, or there is no recording.
    """
    table = _list_ptbxl(folder) if name == "ptb-xl" else _list_challenge(folder)
    table.insert(0, "database", name)
    if table.empty:
        raise ValueError(f"{folder}: no recording of {name}; {DOWNLOAD_AGAIN}")
    return table


def _list_ptbxl(folder: Path) -> pd.DataFrame:
    """PTB-XL: its folds 1 to 8 train, 9 valid, 10 test, as its authors recommend."""
    records = _read_csv(folder / "ptbxl_database.csv")
    statements = _read_csv(folder / "scp_statements.csv").set_index("Unnamed: 0")
    diagnostic = statements[statements["diagnostic"] == 1.0]
    class_of = dict(zip(diagnostic.index, diagnostic["diagnostic_class"], strict=True))
    records = records[[(folder / f"{path}.hea").is_file() for path in records["filename_hr"]]]
    n_of_patient = records.groupby("patient_id")["ecg_id"].transform("size")
    rows = []
    for row, n in zip(records.to_dict("records"), n_of_patient, strict=True):
        codes = ast.literal_eval(row["scp_codes"])
        split = {9: "valid", 10: "test"}.get(int(row["strat_fold"]), "train")
        rows.append(
            {
                "name": Path(row["filename_hr"]).name,
                "path": row["filename_hr"],
                "patient": f"ptb-xl {int(row['patient_id'])}",
                "split": "identify" if n > 1 else split,
                **dict(
                    zip(SUPERCLASSES, superclasses(codes, diagnostic_class=class_of), strict=True)
                ),
                "rhythm": rhythm(codes),
            }
        )
    return pd.DataFrame(rows)


def _list_challenge(folder: Path) -> pd.DataFrame:
    """CPSC2018 or Chapman-Shaoxing, without patient identifiers: each recording is one patient."""
    rows = []
    for header in sorted(folder.rglob("*.hea")):
        path = header.with_suffix("")
        rows.append(
            {
                "name": path.name,
                "path": str(path.relative_to(folder)),
                "patient": path.name,
                "split": _draw_split(path.name),
                **dict.fromkeys(SUPERCLASSES, UNKNOWN),
                "rhythm": rhythm(_snomed_codes(path)),
            }
        )
    return pd.DataFrame(rows)


def _snomed_codes(path: Path) -> list[str]:
    """The codes in the header line "# Dx: ..."."""
    try:
        comments = read_header(path.with_name(f"{path.name}.hea")).comments
    except ValueError as error:
        raise ValueError(
            f"record {path.name}: the header cannot be read ({error}); {DOWNLOAD_AGAIN}"
        ) from error
    lines = [line.partition(":")[2] for line in comments if line.startswith("Dx:")]
    return [code.strip() for line in lines for code in line.split(",")]


def _draw_split(name: str) -> str:
    """8 of 10 train, 1 valid, 1 test, by the name alone, independent of other recordings."""
    tenth = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10
    return {8: "valid", 9: "test"}.get(tenth, "train")


def _read_csv(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise ValueError(f"{path}: no such file; {DOWNLOAD_AGAIN}")
    return pd.read_csv(path)
