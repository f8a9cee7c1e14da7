"""Pins of requirements.txt that an import depends on."""

import importlib.metadata
import re
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

_PIN = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*==\s*([^\s;#]+)")
_NEEDED = re.compile(r"^Requires-Dist:\s*([A-Za-z0-9][A-Za-z0-9._-]*)(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Libraries:
    """The pinned distributions, and their installed metadata.

    Args:
        requirements: file with one pin NAME==VERSION per line.
    """

    requirements: Path
    _found: dict[str, set[str] | None] = field(default_factory=dict)
    _needs: dict[str, list[str]] = field(default_factory=dict)

    def pins_of(self, imported: str) -> set[str] | None:
        """The pins of the distributions that provide a top-level import name, and of their needs.

        Platform markers of requirements are ignored, so that the result is the same everywhere.

        Returns:
            Lines as in the file; an empty set for the standard library, and None if no pinned
            distribution provides the name.

        Raises:
            ValueError: requirements.txt is missing, or the distribution is not installed.
        """
        if imported in sys.stdlib_module_names:
            return set()
        if imported not in self._found:
            self._found[imported] = self._look_up(imported)
        return self._found[imported]

    @cached_property
    def _pins(self) -> dict[str, str]:
        """Line of the file by normalised name."""
        try:
            lines = self.requirements.read_text().splitlines()
        except FileNotFoundError:
            raise ValueError(
                f"{self.requirements.name}: no such file; run from the root of the repository"
            ) from None
        pins = (_PIN.match(line) for line in lines)
        return {_normal(pin[1]): f"{pin[1]}=={pin[2]}" for pin in pins if pin}

    @cached_property
    def _providers(self) -> dict[str, list[str]]:
        """Pinned distributions by import name."""
        found: dict[str, list[str]] = {}
        for name in self._pins:
            for imported in _top_level(name):
                found.setdefault(imported, []).append(name)
        return found

    def _look_up(self, imported: str) -> set[str] | None:
        name = _normal(imported)
        providers = [name] if name in self._pins else self._providers.get(imported, [])
        if not providers:
            return None
        for provider in providers:
            if _distribution(provider) is None:
                raise ValueError(
                    f"{self._pins[provider]} is not installed, so its requirements are unknown; "
                    f"run 'pip install -r {self.requirements.name}'"
                )
        return {self._pins[name] for name in self._with_needs(providers) if name in self._pins}

    def _with_needs(self, names: list[str]) -> set[str]:
        found: set[str] = set()
        waiting = [*names]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            if name not in self._needs:
                self._needs[name] = _needs_of(name)
            waiting += self._needs[name]
        return found


def _needs_of(name: str) -> list[str]:
    """Requirements of a distribution without its extras; a regex, as real parsing is slow."""
    distribution = _distribution(name)
    metadata = (distribution.read_text("METADATA") or "") if distribution else ""
    head = metadata.partition("\n\n")[0]
    return [
        _normal(needed)
        for needed, condition in _NEEDED.findall(head)
        if not re.search(r"\bextra\s*==", condition)
    ]


def _top_level(name: str) -> set[str]:
    distribution = _distribution(name)
    if distribution is None:
        return set()
    names = distribution.read_text("top_level.txt")
    if names is not None:
        return set(names.split())
    record = distribution.read_text("RECORD") or ""
    return {
        re.split(r"[./]", line.partition(",")[0])[0]
        for line in record.splitlines()
        if line.partition(",")[0].endswith((".py", ".so", ".pyd"))
    }


def _distribution(name: str) -> importlib.metadata.Distribution | None:
    try:
        return importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
