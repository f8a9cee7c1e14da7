"""README, CONTRIBUTING and docs/: numbers, links, and names of files, modules and parameters."""

import importlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from json_files import Json, Read
from root import ROOT
from table import TABLES, fill_tables

from ecgfuse.report.published import OTHERS, STUDY

PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted((ROOT / "studies").glob("*/README.md")),
    ]
}
"""Page -> its text."""

FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED_PATH = re.compile(r"\b(?:src|stages|studies|tests|benchmarks|docs|code)/[\w./-]*\w")
NAMED_MODULE = re.compile(r"\becgfuse(?:\.(?!(?:conf|service|sqlite)\b)\w+)+")
IMPORTED_PACKAGE = re.compile(r"^\s*(?:from|import) ecgfuse\.(\w+)", re.MULTILINE)
NAMED_PARAMETER = re.compile(r"(?<![\w./-])([a-z_0-9]+)\.([a-z_0-9]+)(?=[`=: ])")
NAMED_TARGET = re.compile(r"(?:`|^)make ([a-z][\w-]*)", re.MULTILINE)
NOT_PARAMETERS = {
    "data.kind",
    "data.left_out_beats",
    "data.records",
    "data.uncalibrated_records",
    "data.unused_test_beats",
    "noise.kind",
}
"""Names in the metrics that look like parameters."""
WRITTEN_BY_A_RUN = re.compile(r"/(data|plots)/|^docs/site|\b(?:FUSION|NAME|RECORD)\b")


def reads() -> list[Read]:
    """Ways to read results: of the working tree, and of the last commit where there is one."""
    in_git = shutil.which("git") is not None and (ROOT / ".git").exists()
    return [read_working_tree, read_last_commit] if in_git else [read_working_tree]


def read_working_tree(path: Path) -> Json:
    content: Json = json.loads((ROOT / path).read_text())
    return content


def read_last_commit(path: Path) -> Json:
    command = ["git", "show", f"HEAD:{path.as_posix()}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    content: Json = json.loads(done.stdout)
    return content


@pytest.mark.parametrize("document", TABLES)
def test_tables_hold_the_committed_results(document: str) -> None:
    """A run elsewhere or on synthetic data changes results/, but not what is documented."""
    text = PAGES[document]
    assert any(fill_tables(text, document=document, read=read) == text for read in reads()), (
        f"{document} is out of date; run 'python benchmarks/table.py'"
    )


def test_scores_quoted_in_the_readme_are_those_of_the_results() -> None:
    readme = PAGES["README.md"]
    assert any(all(score in readme for score in quoted_scores(read)) for read in reads())


def test_published_scores_quoted_in_the_readme_are_those_of_the_report() -> None:
    *others, daeac = [one.macro_f1 for one in OTHERS if one.macro_f1 is not None]
    hybrid, *_, best = [one.macro_f1 for one in STUDY if "opt3" in one.method or "B2" in one.method]
    readme = " ".join(PAGES["README.md"].split())
    assert f"{hybrid / 100:.3f} for the study's hybrid ({best / 100:.3f} with" in readme
    assert f"{min(others) / 100:.2f} to {max(others) / 100:.2f} for other methods" in readme
    assert f"{daeac / 100:.3f} for DAEAC" in readme


def quoted_scores(read: Read) -> list[str]:
    """Scores in the prose of the README."""
    return [f"{read(Path('results/hybrid.json'))['always_n']['macro_f1']:.3f}"]


def test_a_document_without_a_place_for_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match=r"README\.md: .* are missing; restore them"):
        fill_tables("nothing", document="README.md", read=read_working_tree)


def test_relative_links_resolve() -> None:
    dead = []
    for page, text in PAGES.items():
        for target in LINK.findall(FENCE.sub("", text)):
            if "://" in target:
                continue
            name, _, anchor = target.partition("#")
            path = (ROOT / page).parent / name if name else ROOT / page
            if not path.exists() or (anchor and anchor not in anchors(path)):
                dead.append(f"{page}: {target}")
    assert not dead


def anchors(page: Path) -> set[str]:
    """Anchors of the headings, as GitHub and MkDocs name them."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_named_files_exist() -> None:
    missing = [
        f"{page}: {name}"
        for page, text in PAGES.items()
        for name in NAMED_PATH.findall(text)
        if not WRITTEN_BY_A_RUN.search(name)
        and not any((home / name).exists() for home in (ROOT, (ROOT / page).parent))
    ]
    assert not missing


def test_named_modules_exist() -> None:
    missing = [
        f"{page}: {name}"
        for page, text in PAGES.items()
        for name in set(NAMED_MODULE.findall(text))
        if not exists(name)
    ]
    assert not missing


def exists(name: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    parts = name.split(".")
    for n in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:n]))
        except ModuleNotFoundError:
            continue
        for part in parts[n:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def test_named_parameters_exist() -> None:
    files = [ROOT / "params.yaml", *sorted((ROOT / "studies").glob("*/params.yaml"))]
    fields: dict[str, set[str]] = {}
    for file in files:
        for group, values in yaml.safe_load(file.read_text()).items():
            fields.setdefault(group, set()).update(values)
    missing = [
        f"{page}: {group}.{field}"
        for page, text in PAGES.items()
        for group, field in NAMED_PARAMETER.findall(text)
        if group in fields
        and field not in fields[group]
        and f"{group}.{field}" not in NOT_PARAMETERS
    ]
    assert not missing


def test_named_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    (studies,) = re.findall(r"^STUDIES := (.*)$", makefile, re.MULTILINE)
    targets = {*studies.split(), *re.findall(r"^([\w-]+):", makefile, re.MULTILINE)}
    missing = [
        f"{page}: make {name}"
        for page, text in PAGES.items()
        for name in NAMED_TARGET.findall(text)
        if name not in targets
    ]
    assert not missing


def test_packages_import_only_from_those_above_them_in_contributing() -> None:
    layers = re.findall(r"^\| `(\w+)(?:\.py)?` \|", PAGES["CONTRIBUTING.md"], re.MULTILINE)
    package = ROOT / "src/ecgfuse"
    assert {init.parent.name for init in package.glob("*/__init__.py")} <= {*layers}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for height, layer in enumerate(layers)
        for path in [*(package / layer).rglob("*.py"), *package.glob(f"{layer}.py")]
        for name in IMPORTED_PACKAGE.findall(path.read_text())
        if name not in layers[: height + 1]
    ]
    assert not wrong
