"""The languages of the pages: which one a person gets, and the translations, read from .po files.

The catalogues are compiled in memory when the application starts, so that nothing has to be built
or written. The strings of the JavaScript modules stand in the same .po file; the pages fetch them
as JSON.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import request
from flask_babel import Domain, get_locale

from ecgfuse.serve.pages.assets import DIGEST_LENGTH

TRANSLATIONS = Path(__file__).with_name("translations")
LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "ko": "한국어"})
"""Code -> name of the language in itself. The source strings are English."""
DEFAULT = "en"
COOKIE = "ecgfuse_language"
PARAMETER = "lang"
_JAVASCRIPT = "static/js/"
"""What the places of a JavaScript string in a .po file contain."""


@dataclass(frozen=True, kw_only=True)
class Translation:
    """A compiled catalogue."""

    of_pages: NullTranslations
    of_scripts: str
    """JSON: English -> translation; singular -> list of the plural forms."""
    digest: str
    """Of `of_scripts`."""


class CompiledDomain(Domain):
    """Translations that are in memory already.

    Args:
        translations: language -> its translations.
    """

    def __init__(self, translations: Mapping[str, NullTranslations]) -> None:
        super().__init__()
        self._translations = translations

    def get_translations(self) -> NullTranslations:
        """The translations for this request."""
        return self._translations.get(str(get_locale()), NullTranslations())


def read_translations(folder: Path = TRANSLATIONS) -> dict[str, Translation]:
    """Read and compile the catalogues of all languages but English."""
    return {
        language: compile_catalogue(read_catalogue(language, folder=folder))
        for language in LANGUAGES
        if language != DEFAULT
    }


def read_catalogue(language: str, *, folder: Path = TRANSLATIONS) -> Catalog:
    """Read the .po file of a language."""
    path = folder / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compile_catalogue(catalogue: Catalog) -> Translation:
    """Compile a catalogue for the templates and for the scripts."""
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    of_scripts = json.dumps(script_strings(catalogue), ensure_ascii=False, sort_keys=True)
    return Translation(
        of_pages=Translations(compiled),
        of_scripts=of_scripts,
        digest=hashlib.sha256(of_scripts.encode()).hexdigest()[:DIGEST_LENGTH],
    )


def script_strings(catalogue: Catalog) -> dict[str, str | list[str]]:
    """The translated strings of the JavaScript modules: English -> translation or plural forms."""
    strings: dict[str, str | list[str]] = {}
    for message in catalogue:
        if not message.id or not any(_JAVASCRIPT in place for place, _ in message.locations):
            continue
        if isinstance(message.id, tuple | list):
            strings[message.id[0]] = list(message.string or ())
        elif message.string:
            strings[message.id] = str(message.string)
    return strings


def choose_language() -> str:
    """The language of this request: chosen in its address, in the cookie, or by the browser."""
    for wanted in (request.args.get(PARAMETER, ""), request.cookies.get(COOKIE, "")):
        if wanted in LANGUAGES:
            return wanted
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT
