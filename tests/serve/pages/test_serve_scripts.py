"""The JavaScript modules, by their text: what they import, ask for and never do."""

import re
from pathlib import Path

import pytest

from ecgfuse.serve.pages.assets import STATIC

SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
TEMPLATES = sorted((STATIC.parent / "templates").glob("*.html"))
FORBIDDEN = (
    r"\.innerHTML",
    r"\.outerHTML",
    r"insertAdjacentHTML",
    r"document\.write",
    r"\beval\(",
    r"new Function\(",
    r"setAttribute\(\"style\"",
    r"console\.",
    r"https?://(?!www\.w3\.org/2000/svg)",
)
LONGEST = 250


def name_of(path: Path) -> str:
    return path.relative_to(STATIC).as_posix()


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_scripts_make_no_html_from_text_and_ask_nobody_else(path: Path) -> None:
    text = path.read_text()
    for pattern in FORBIDDEN:
        assert not re.search(pattern, text), pattern


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_imported_names_are_exported_there(path: Path) -> None:
    imports = re.findall(r'import \{([^}]+)\} from "(\.[^"]+)"', path.read_text())
    for names, target in imports:
        text = (path.parent / target).resolve().read_text()
        exported = re.findall(r"export (?:async )?(?:const|function|class) (\w+)", text)
        assert {name.strip() for name in names.split(",") if name.strip()} <= set(exported), target


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_nothing_is_imported_in_vain(path: Path) -> None:
    text = path.read_text()
    for names in re.findall(r'import \{([^}]+)\} from "', text):
        for name in (one.strip() for one in names.split(",") if one.strip()):
            assert len(re.findall(rf"\b{name}\b", text)) > 1, name


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_scripts_are_short_and_say_what_they_are(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("/**")
    assert text.count("\n") <= LONGEST


def test_elements_that_scripts_look_for_are_in_a_template() -> None:
    markup = "".join(path.read_text() for path in TEMPLATES)
    ids = set(re.findall(r'\bid="([\w-]+)"', markup))
    wanted = {
        (name, path.name)
        for path in SCRIPTS
        for name in re.findall(r'byId\("([\w-]+)"\)', path.read_text())
    }
    assert {one for one in wanted if one[0] not in ids} == set()


def test_actions_of_buttons_and_keys_are_known() -> None:
    viewer = (STATIC / "js" / "viewer" / "viewer.js").read_text()
    jumps = (STATIC / "js" / "viewer" / "jump.js").read_text()
    markup = (STATIC.parent / "templates" / "viewer.html").read_text()
    keys = (STATIC / "js" / "viewer" / "keys.js").read_text()
    table = keys[keys.index("KEYS = {") : keys.index("};")]
    wanted = set(re.findall(r'data-do="(\w+)"', markup)) | set(re.findall(r': "(\w+)"', table))
    known = set(re.findall(r"^\s+(\w+): ", viewer + jumps, re.MULTILINE))
    known |= set(re.findall(r"(\w+): (?:\"|ABNORMAL)", jumps)) | {f"class{i}" for i in range(1, 6)}
    assert wanted <= known


@pytest.mark.parametrize("name", ["beat.js", "viewer/beat_panel.js"])
def test_the_attention_of_a_beat_is_drawn_below_it_and_explained(name: str) -> None:
    script = (STATIC / "js" / name).read_text()
    assert re.search(r"drawWave\(.*found\.waveform, \{ attention: .*found\.attention \}\)", script)
    assert re.search(r'byId\("attention-note"\)\.hidden = !found\.attention;', script)
    wave = (STATIC / "js" / "viewer" / "wave.js").read_text()
    assert "if (attention) drawAttention(" in wave


def test_the_chart_library_comes_with_its_licence() -> None:
    assert "MIT License" in (STATIC / "vendor" / "uplot" / "LICENSE").read_text()
