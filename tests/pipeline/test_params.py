"""Parameters are loaded with the right type, and a wrong one is reported with a cure."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
import yaml
from configurations import CONFIGS, params_file_of
from root import ROOT

from ecgfuse.pipeline.params import build_config, load_params, read_params

PARAMS = ROOT / "params.yaml"
SSL12 = ROOT / "studies/ssl12/params.yaml"
STUDIES = sorted({*ROOT.glob("studies/*/params.yaml")} - {SSL12})


@dataclass(frozen=True, kw_only=True)
class Kettle:
    """A parameter of each type."""

    group: ClassVar[str] = "kettle"

    litres: float
    cups: int
    electric: bool
    colour: str
    heat: Literal["low", "high"]
    marks: tuple[float, ...]
    owners: tuple[str, ...]
    timer: int | None


GOOD: dict[str, Any] = {
    "litres": 1.5,
    "cups": 6,
    "electric": True,
    "colour": "red",
    "heat": "low",
    "marks": [0.5, 1.0],
    "owners": ["Ann", "Bob"],
    "timer": None,
}


def kettle(**changes: object) -> Kettle:
    return build_config(Kettle, GOOD | changes)


def load_kettle(path: Path, **changes: str) -> Kettle:
    """Write the group as YAML, with changed values verbatim, and load it."""
    lines = {key: yaml.safe_dump(value, default_flow_style=True) for key, value in GOOD.items()}
    lines = {key: text.removesuffix("...\n").strip() for key, text in lines.items()} | changes
    path.write_text("kettle:\n" + "".join(f"  {key}: {text}\n" for key, text in lines.items()))
    return load_params(Kettle, path=path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "params.yaml"


def test_every_type_is_loaded(path: Path) -> None:
    assert load_kettle(path) == Kettle(
        litres=1.5,
        cups=6,
        electric=True,
        colour="red",
        heat="low",
        marks=(0.5, 1.0),
        owners=("Ann", "Bob"),
        timer=None,
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-05", 0.00001),
        ("1E-5", 0.00001),
        ("1.e-3", 0.001),
        ("1.5e-3", 0.0015),
        ("2e3", 2000.0),
        ("-1e-2", -0.01),
        (".5e1", 5.0),
        ("5.", 5.0),
    ],
)
def test_scientific_notation_is_a_float(path: Path, text: str, value: float) -> None:
    loaded = load_kettle(path, litres=text).litres
    assert type(loaded) is float
    assert loaded == value


@pytest.mark.parametrize("text", ["1e", "e5", "1e5x", "v1e-05"])
def test_text_that_resembles_a_number_stays_text(path: Path, text: str) -> None:
    assert load_kettle(path, colour=text).colour == text


def test_an_integer_becomes_a_float_where_a_float_is_expected(path: Path) -> None:
    loaded = load_kettle(path, litres="-1", marks="[1, 2]")
    assert (loaded.litres, loaded.marks) == (-1.0, (1.0, 2.0))
    assert all(type(value) is float for value in (loaded.litres, *loaded.marks))


def test_digits_without_quotes_become_text_where_text_is_expected(path: Path) -> None:
    assert load_kettle(path, owners="[101, '102']").owners == ("101", "102")


def test_an_optional_value_is_checked_if_present() -> None:
    assert kettle(timer=5).timer == 5
    with pytest.raises(ValueError, match=r"kettle\.timer is '5', but must be of type int"):
        kettle(timer="5")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("litres", True, r"kettle\.litres is True, but must be of type float"),
        ("litres", "1.5", r"kettle\.litres is '1\.5', but must be of type float"),
        ("litres", None, r"kettle\.litres is None, but must be of type float"),
        ("litres", math.nan, r"kettle\.litres is nan, but must be a finite number"),
        ("litres", math.inf, r"kettle\.litres is inf, but must be a finite number"),
        ("cups", True, r"kettle\.cups is True, but must be of type int"),
        ("cups", 6.0, r"kettle\.cups is 6\.0, but must be of type int"),
        ("electric", 1, r"kettle\.electric is 1, but must be of type bool"),
        ("electric", "yes", r"kettle\.electric is 'yes', but must be of type bool"),
        ("colour", True, r"kettle\.colour is True, but must be of type str"),
        ("colour", 1.5, r"kettle\.colour is 1\.5, but must be of type str"),
        ("heat", "medium", r"kettle\.heat is 'medium', but must be one of: low \| high"),
        ("heat", False, r"kettle\.heat is False, but must be one of: low \| high"),
        ("marks", 0.5, r"kettle\.marks is 0\.5, but must be a list, such as \[1, 2\]"),
        ("marks", [0.5, "x"], r"kettle\.marks is 'x', but must be of type float"),
        ("owners", "Ann", r"kettle\.owners is 'Ann', but must be a list"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(field: str, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kettle(**{field: value})


def test_a_misspelt_key_is_refused_with_a_suggestion() -> None:
    with pytest.raises(
        ValueError, match=r"unknown parameter kettle\.color; did you mean 'colour'\?"
    ):
        kettle(color="red")


def test_an_unknown_key_is_refused_with_the_allowed_keys() -> None:
    with pytest.raises(ValueError, match=r"unknown parameter kettle\.wxyz; allowed: litres, cups"):
        kettle(wxyz=1)


def test_a_missing_key_is_named() -> None:
    values = {key: value for key, value in GOOD.items() if key != "cups"}
    with pytest.raises(ValueError, match=r"missing parameter kettle\.cups; add it"):
        build_config(Kettle, values)


def test_errors_of_a_file_begin_with_its_path(path: Path) -> None:
    with pytest.raises(ValueError, match=r"params\.yaml: kettle\.cups is 'six'"):
        load_kettle(path, cups="six")


@pytest.mark.parametrize("text", ["kettle:\n", "kettle: 5\n", "kettel: {}\n"])
def test_a_file_without_the_group_is_refused(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(ValueError, match=r"the group 'kettle:' is missing; restore it"):
        load_params(Kettle, path=path)


@pytest.mark.parametrize("text", ["", "- kettle\n", "kettle\n"])
def test_a_file_without_any_group_is_refused(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(ValueError, match=r"params\.yaml: holds no groups of parameters; try 'git"):
        load_params(Kettle, path=path)


def test_all_groups_can_be_read_unchecked(path: Path) -> None:
    path.write_text("kettle: {cups: six, litres: 1e-05}\npot: {}\n")
    assert read_params(path) == {"kettle": {"cups": "six", "litres": 0.00001}, "pot": {}}


def test_a_missing_file_is_refused_with_the_folder_to_run_from(path: Path) -> None:
    with pytest.raises(ValueError, match=r"no such file; run from the root of the repository"):
        load_params(Kettle, path=path)


def test_broken_yaml_is_reported_in_one_line_with_its_position(path: Path) -> None:
    path.write_text("kettle:\n  marks: [1, 2\n  cups: 3\n")
    with pytest.raises(ValueError, match=r"params\.yaml: not valid YAML: .*line 3") as caught:
        load_params(Kettle, path=path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.group)
def test_every_group_of_the_project_loads(config: type) -> None:
    assert isinstance(load_params(config, path=params_file_of(config)), config)


def test_the_project_has_no_group_that_nothing_reads() -> None:
    for path in [PARAMS, *STUDIES]:
        groups = set(yaml.safe_load(path.read_text()))
        assert groups == {c.group for c in CONFIGS if params_file_of(c) == path}


@pytest.mark.parametrize("path", [PARAMS, *STUDIES, SSL12], ids=lambda path: path.parent.name)
def test_every_parameter_of_the_project_is_explained(path: Path) -> None:
    text = path.read_text()
    lines = text.splitlines()
    for group, content in yaml.compose(text).value:
        for key, value in content.value:
            around = lines[key.start_mark.line - 1 : value.end_mark.line + 2]
            assert any("#" in line for line in around), f"{group.value}.{key.value}: no comment"
