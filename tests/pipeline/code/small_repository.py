"""Small repositories to analyse: a package of a few modules, stage scripts and requirements."""

import textwrap
from pathlib import Path

from ecgfuse.pipeline.code.package import Package
from ecgfuse.pipeline.code.reach import Walks
from ecgfuse.pipeline.code.write import write_fingerprints

REQUIREMENTS = "numpy==2.4.6\npandas==2.3.3\nPyYAML==6.0.3\nsix==1.17.0\npython-dateutil==2.9.0\n"


class Repository:
    """A repository in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("src/ecgfuse/__init__.py", "")
        self.write("requirements.txt", REQUIREMENTS)

    def write(self, path: str, text: str) -> None:
        """Write a file; the common indent is removed."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that occurs once."""
        text = (self.root / path).read_text()
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {path}"
        (self.root / path).write_text(text.replace(old, new))

    def fingerprints(self) -> dict[str, str]:
        """Write all fingerprints; return the text by stage."""
        out = self.root / "code"
        write_fingerprints(self.root, out=out)
        return {
            path.relative_to(out).with_suffix("").as_posix(): path.read_text()
            for path in out.rglob("*.txt")
        }

    def reached(self, script: str = "stages/one.py") -> set[str]:
        """The names that a script reaches in the package."""
        reached = Walks(Package(self.root)).reach(Path(script))
        others = [item for item in reached.statements if not item.module.is_script]
        return {name for item in others for name in item.names}

    def pins(self, script: str = "stages/one.py") -> list[str]:
        """The pins that a script depends on."""
        return Walks(Package(self.root)).reach(Path(script)).pins
