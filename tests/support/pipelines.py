"""The stages declared in dvc.yaml of the root and of every study."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from root import ROOT

STUDIES = sorted(path.parent.name for path in ROOT.glob("studies/*/dvc.yaml"))
_SCRIPT = re.compile(r"PYTHONPATH=src python -P (\S+\.py)( [\w$.{}]+)?")


@dataclass(frozen=True)
class Stage:
    """A stage, or the family of stages of a foreach."""

    pipeline: str
    """Folder of its dvc.yaml, relative to the repository; . for the root."""
    name: str
    content: Mapping[str, Any]

    def __str__(self) -> str:
        return self.name if self.pipeline == "." else f"{self.pipeline}:{self.name}"

    @property
    def items(self) -> Any:
        """The items of foreach; None without foreach."""
        return self.content.get("foreach")

    @property
    def definition(self) -> Mapping[str, Any]:
        """cmd, deps, params and so on."""
        return self.content.get("do", self.content)

    @property
    def script(self) -> Path:
        """The script that it runs, relative to the repository."""
        match = _SCRIPT.fullmatch(self.definition["cmd"])
        assert match, f"{self}: {self.definition['cmd']}"
        return Path(match[1])

    def declared_params(self) -> set[str]:
        """Groups and single keys of all parameter files and all items of foreach."""
        names: set[str] = set()
        for entry in self.definition.get("params", []):
            if isinstance(entry, str):
                names.add(entry)
            else:
                for path, of_file in entry.items():
                    names |= set(of_file or yaml.safe_load((ROOT / path).read_text()))
        for name in [name for name in names if name.startswith("${item.")]:
            key = name.removeprefix("${item.").removesuffix("}")
            names = names - {name} | {item[key] for item in self.items.values()}
        # A single key beside its whole group adds nothing.
        return {name for name in names if name.partition(".")[0] not in names - {name}}

    def outs(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Paths and options of its outs, metrics or plots."""
        for entry in self.definition.get(kind, []):
            yield from [(entry, {})] if isinstance(entry, str) else entry.items()


def stages_of(pipeline: str) -> list[Stage]:
    """The stages of the pipeline in a folder."""
    stages = yaml.safe_load((ROOT / pipeline / "dvc.yaml").read_text())["stages"]
    return [Stage(pipeline, name, content) for name, content in stages.items()]


STAGES = [
    stage for folder in (".", *(f"studies/{s}" for s in STUDIES)) for stage in stages_of(folder)
]
