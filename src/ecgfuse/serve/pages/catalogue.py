"""Collect the strings of the pages and scripts and bring the .po files up to date.

In a clone, after strings have changed:

    python -m ecgfuse.serve.pages.catalogue

It keeps the translations, adds new strings without one, and removes those that are gone.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from ecgfuse.pipeline.files import atomic_file
from ecgfuse.serve.pages.language import DEFAULT, LANGUAGES, TRANSLATIONS, read_catalogue

_ROOT = Path(__file__).parents[1]
_METHODS = [
    ("**.py", "python"),
    ("pages/templates/**.html", "jinja2"),
    ("pages/static/js/**.js", "javascript"),
]
_OPTIONS = {
    "pages/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"},
    "pages/static/js/**.js": {"parse_template_string": "true"},
}
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "t": None, "tn": (1, 2)}
"""Functions whose first strings are translated -> places of singular and plural."""


def collect_strings(root: Path = _ROOT) -> Catalog:
    """All strings to be translated, in order of the files in which they stand."""
    catalogue = Catalog(project="ecgfuse", fuzzy=False)
    for name, message in sorted(_strings(root), key=lambda found: found[0]):
        catalogue.add(message, locations=[(name, 0)])
    return catalogue


def _strings(root: Path) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    found = extract_from_dir(
        str(root), method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS
    )
    for name, _line, message, _comments, _context in found:
        yield Path(name).as_posix(), message


def update_catalogue(language: str, *, folder: Path = TRANSLATIONS) -> None:
    """Bring the .po file of a language up to date."""
    path = folder / language / "LC_MESSAGES" / "messages.po"
    with atomic_file(path) as part:
        part.write_bytes(render_catalogue(language, folder=folder))


def render_catalogue(language: str, *, folder: Path = TRANSLATIONS) -> bytes:
    """The .po file of a language with all strings of now."""
    catalogue = read_catalogue(language, folder=folder)
    catalogue.update(collect_strings(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    content = BytesIO()
    write_po(content, catalogue, no_location=False, include_lineno=False, omit_header=False)
    return content.getvalue()


if __name__ == "__main__":
    for code in LANGUAGES:
        if code != DEFAULT:
            update_catalogue(code)
