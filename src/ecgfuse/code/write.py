"""Write the fingerprints of all stage scripts: a file for each, on which its stage depends."""

from pathlib import Path

from ecgfuse.code.fingerprint import fingerprint
from ecgfuse.code.package import Package
from ecgfuse.code.reach import Walks
from ecgfuse.files import atomic_file


def write_fingerprints(root: Path, *, out: Path) -> None:
    """Write what each stage script reaches, and remove the files of scripts that are gone.

    Files whose text is the same stay untouched; if anything is wrong, all do.

    Args:
        root: of the repository.
        out: folder for train.txt of stages/train.py, ssl12/pretrain.txt of
            studies/ssl12/stages/pretrain.py, and so on.

    Raises:
        ValueError: as `Walks.reach`.
    """
    walks = Walks(Package(root))
    texts = {
        out / fingerprint_file(script): fingerprint(walks.reach(script), package=walks.package)
        for script in stage_scripts(root)
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
    """Where the fingerprints of a script are in the folder: train.txt, ssl12/pretrain.txt."""
    study = script.parts[1:-2]  # empty for stages/NAME.py
    return Path(*study, f"{script.stem}.txt")
