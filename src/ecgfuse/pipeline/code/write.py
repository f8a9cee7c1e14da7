"""Write the fingerprints of all stage scripts to one file each, on which the stage depends."""

from pathlib import Path

from ecgfuse.pipeline.code.fingerprint import fingerprint
from ecgfuse.pipeline.code.package import Package
from ecgfuse.pipeline.code.reach import Walks
from ecgfuse.pipeline.files import atomic_file

_WRITER = Path("stages/code.py")
"""The stage that calls write_fingerprints; no stage depends on its fingerprints."""


def write_fingerprints(root: Path, *, out: Path) -> None:
    """Write what each stage script reaches, and remove the files of deleted scripts.

    Files whose text is unchanged are not touched; on an error, no file is.

    Args:
        root: root of the repository.
        out: output folder: train.txt for stages/train.py, ssl12/pretrain.txt for
            studies/ssl12/stages/pretrain.py, and so on.

    Raises:
        ValueError: as `Walks.reach`.
    """
    walks = Walks(Package(root))
    texts = {
        out / fingerprint_file(script): fingerprint(walks.reach(script), package=walks.package)
        for script in stage_scripts(root)
        if script != _WRITER
    }
    for path, text in texts.items():
        if not path.is_file() or path.read_text() != text:
            with atomic_file(path) as temporary:
                temporary.write_text(text)
    for path in sorted(out.rglob("*.txt")):
        if path not in texts:
            path.unlink()
            if path.parent != out and not any(path.parent.iterdir()):
                path.parent.rmdir()


def stage_scripts(root: Path) -> list[Path]:
    """All stage scripts, relative to the repository."""
    found = [*root.glob("stages/*.py"), *root.glob("studies/*/stages/*.py")]
    return sorted(path.relative_to(root) for path in found)


def fingerprint_file(script: Path) -> Path:
    """The file of a script in the output folder: train.txt, ssl12/pretrain.txt."""
    study = script.parts[1:-2]  # empty for stages/NAME.py
    return Path(*study, f"{script.stem}.txt")
