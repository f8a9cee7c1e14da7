"""The reviewed list of packages is that of the extra `serve`, with the pinned versions."""

import re
import tomllib
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from root import ROOT

ROW = re.compile(r"^\| ([a-z][\w-]*) \| (\d[\w.]*) \| (\S.*) \| (\S.*) \|$", re.MULTILINE)


def listed() -> tuple[dict[str, str], dict[str, str]]:
    """Versions of the packages of the web application, and of the library."""
    page = (ROOT / "docs/dependencies.md").read_text()
    own, library = page.split("## Of the library")
    return tuple({row[1]: row[2] for row in ROW.finditer(part)} for part in (own, library))  # type: ignore[return-value]


def pinned() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pins = (line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pins}


def required(extra: str) -> set[str]:
    """Names of what an extra requires, indirectly, too, whatever the machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(text) for text in project["optional-dependencies"][extra]]
    found: set[str] = set()
    while wanted:
        one = wanted.pop()
        name = canonicalize_name(one.name)
        if name in found and not one.extras:
            continue
        found.add(name)
        for text in metadata.requires(name) or ():
            inner = Requirement(text)
            extras = one.extras or {""}
            if inner.marker is None or any(inner.marker.evaluate({"extra": e}) for e in extras):
                wanted.append(inner)
    return found


def test_the_list_has_the_packages_of_the_extra_with_their_pins() -> None:
    own, library = listed()
    pins = pinned()
    assert own == {name: pins[name] for name in required("serve")}
    assert library == {name: pins[name] for name in library}
    assert len(library) > 5
