"""MkDocs hooks: pages from outside docs/, and one API page per package.

The Markdown in this repository links to files as they lie in it, so that it reads on a forge. The
site also holds what the pages of docs/ link to elsewhere in the repository: CONTRIBUTING.md, the
READMEs and tables of the studies (as pages), params.yaml, plots and the report (as files).
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "src" / "ecgfuse"
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#|/)([^)#\s]+)(?=[)#])")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Append the studies and the API to the navigation."""
    studies = [{path.parent.name: site_uri(path)} for path in study_pages()]
    api = [{name.removeprefix("ecgfuse."): uri} for name, uri in api_pages().items()]
    config.nav = [*(config.nav or []), {"Studies": studies}, {"API": api}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the API pages and every file outside docs/ that a page links to."""
    for name, uri in api_pages().items():
        files.append(File.generated(config, uri, content=api_page(name)))
    waiting = [ROOT / "README.md", *DOCS.rglob("*.md"), *study_pages()]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        if not path.is_relative_to(DOCS):
            files.append(File.generated(config, site_uri(path), abs_src_path=str(path)))
        if path.suffix == ".md":
            waiting += [target for target in links_of(path) if target.is_file()]
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links between files of the repository into links between files of the site."""
    if page.file.abs_src_path is None:  # an API page
        return markdown
    folder = Path(page.file.abs_src_path).parent
    home = Path(page.file.src_uri).parent

    def rewrite(match: re.Match[str]) -> str:
        target = Path(os.path.normpath(folder / match[1]))
        return os.path.relpath(site_uri(target), home)

    return _LINK.sub(rewrite, markdown)


def api_pages() -> dict[str, str]:
    """Package -> its page. Each study has one, too."""
    inits = [*PACKAGE.glob("*/__init__.py"), *PACKAGE.glob("studies/*/__init__.py")]
    packages = [init.parent.relative_to(PACKAGE).parts for init in inits]
    names = sorted(".".join(("ecgfuse", *parts)) for parts in packages if parts != ("studies",))
    return {name: f"api/{name}.md" for name in ("ecgfuse", *names)}


def api_page(name: str) -> str:
    """Markdown of an API page, which mkdocstrings fills from the docstrings."""
    if name != "ecgfuse":
        return f"# {name}\n\n::: {name}\n"
    own = "::: ecgfuse\n    options:\n      show_submodules: false\n"
    return f"# {name}\n\n{own}\n## ecgfuse.classes\n\n::: ecgfuse.classes\n"


def study_pages() -> list[Path]:
    """README or table of each study."""
    studies = ROOT / "studies"
    return sorted([*studies.glob("*/README.md"), *studies.glob("*/table.md")])


def links_of(path: Path) -> Iterator[Path]:
    """Files that a page links to by a relative link."""
    for match in _LINK.finditer(path.read_text()):
        yield Path(os.path.normpath(path.parent / match[1]))


def site_uri(path: Path) -> str:
    """Where a file of the repository lies in the site, relative to its root."""
    folder = DOCS if path.is_relative_to(DOCS) else ROOT
    return path.relative_to(folder).as_posix()
