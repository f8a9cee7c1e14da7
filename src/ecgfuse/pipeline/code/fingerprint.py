"""Fingerprints of what a stage reaches, as the text of a file under code/."""

from pathlib import Path

from ecgfuse.pipeline.code.module import Module, Statement
from ecgfuse.pipeline.code.package import Package
from ecgfuse.pipeline.code.reach import Reached
from ecgfuse.pipeline.code.resolve import Defined, External, Fact, Target, Whole
from ecgfuse.pipeline.code.syntax import digest

_HEAD = """\
# Fingerprints of what {script} reaches: definitions, statements, templates and
# libraries. The stage reruns when this file changes; 'dvc repro' writes it. Modules are not named,
# so moving a definition to another module changes nothing.
"""


def fingerprint(reached: Reached, *, package: Package) -> str:
    """The text of the file: a line per definition, per non-Python file and per pin.

    Statements of a module that run when it is imported share a line. The fingerprint of a
    definition covers its own code and what its names refer to; the code of what they refer to has
    a line of its own.
    """
    labels = _Labels(reached)
    script = [item for item in reached.statements if item.module is reached.script]
    others = [item for item in reached.statements if item.module is not reached.script]
    effects: dict[Module, list[Statement]] = {}
    for item in others:
        if not item.is_definition:
            effects.setdefault(item.module, []).append(item)
    definitions = [(item.names, [item]) for item in others if item.is_definition]
    groups = [
        (("(statements)", *(name for item in items for name in item.names)), items)
        for items in effects.values()
    ]
    lines = [
        _line(reached.script.path.as_posix(), labels.digest(script)),
        *sorted((_line(" ".join(names), labels.digest(items)) for names, items in definitions)),
        *sorted((_line(" ".join(names), labels.digest(items)) for names, items in groups)),
        *sorted(
            _line(_short(path, package), _digest_of_file(path, package)) for path in reached.files
        ),
        *reached.pins,
    ]
    return _HEAD.format(script=reached.script.path.as_posix()) + "".join(
        f"{line}\n" for line in lines
    )


class _Labels:
    """Short labels that identify what names refer to."""

    def __init__(self, reached: Reached) -> None:
        self._reached = reached
        self._modules: dict[str, set[Module]] = {}
        for statement in reached.statements:
            for name in statement.names:
                self._modules.setdefault(name, set()).add(statement.module)

    def digest(self, statements: list[Statement]) -> str:
        """The fingerprint of some statements of one module, given in source order."""
        parts = []
        for statement in statements:
            links = self._reached.links[statement].targets
            parts.append(statement.canonical)
            parts += sorted(f"{name} is {self._label(target)}" for name, target in links)
        return digest(parts)

    def _label(self, target: Target) -> str:
        match target:
            case Defined(module=module, name=name):
                return self._of_definition(module, name)
            case Whole(module=text) | External(origin=text) | Fact(text=text):
                return text

    def _of_definition(self, module: Module, name: str) -> str:
        """Its name if that is unique; otherwise with its code, and if needed with its module."""
        others = self._modules[name] - {module}
        if not others:
            return name
        code = _code(module, name)
        if all(_code(other, name) != code for other in others):
            return f"{name} {code}"
        return f"{name} {code} {module.name}"


def _code(module: Module, name: str) -> str:
    return digest(statement.canonical for statement in module.defined[name])


def _line(name: str, fingerprint: str) -> str:
    return f"{name}  {fingerprint}"


def _short(path: Path, package: Package) -> str:
    """The name of a non-Python file, with its folder if several have that name."""
    return path.name if len(package.data_files[path.name]) == 1 else path.as_posix()


def _digest_of_file(path: Path, package: Package) -> str:
    return digest([(package.root / path).read_bytes().hex()])
