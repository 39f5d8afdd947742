"""Words on screen: msgids are Chinese; `translations/en` holds English. Looked up once per word and language.

flask-babel finds the translations anew at every call (15 µs; a list page has 60 calls), so templates get a lookup of
ours. Catalogues are compiled from the .po files at the first start into DATA_DIR: nothing built lies in the repository.
"""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context
from flask_babel import get_locale

FOLDER = Path(__file__).resolve().parents[1] / "translations"
DOMAIN = "messages"
CAPITALISED = ("Party",)
"""English words that stay capitalised inside a sentence."""


def install(app: Flask) -> None:
    """Compile catalogues where they are missing or old, and give templates the quick lookup."""
    compile_catalogues(app.config["DATA_DIR"] / "translations")
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(translate, translate_plural, newstyle=True)  # type: ignore[attr-defined]


def compile_catalogues(target: Path) -> None:
    """Write <target>/<language>/LC_MESSAGES/messages.mo from our .po files, whole or not at all."""
    for source in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"):
        made = target / source.relative_to(FOLDER).with_suffix(".mo")
        if made.exists() and made.stat().st_mtime >= source.stat().st_mtime:
            continue
        made.parent.mkdir(parents=True, exist_ok=True)
        draft = made.with_suffix(f".{id(made)}.part")
        draft.write_bytes(_compiled(source))
        draft.replace(made)


def _compiled(source: Path) -> bytes:
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3], domain=DOMAIN)
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def gettext(message: str, **values: Any) -> str:
    """`_("共 %(n)s 条", n=3)` in code: the message in the language of this request, with values put in.

    Outside a request (commands, jobs) the message itself, which is Chinese.
    """
    found = translate(message) if has_request_context() else message
    if "noun" in values and not found.startswith("%(noun)s"):
        values["noun"] = _inside_a_sentence(str(values["noun"]))
    return found % values if values else found


def _inside_a_sentence(noun: str) -> str:
    """`Grid worker` → `grid worker` in "Add grid worker"; Party keeps its capital, Chinese has none."""
    return noun if noun.startswith(CAPITALISED) else noun[:1].lower() + noun[1:]


def translate(message: str) -> str:
    """The message in the language of this request."""
    return _catalogue(_language()).gettext(message)


def translate_plural(one: str, many: str, number: int) -> str:
    """The same with a number in it."""
    return _catalogue(_language()).ngettext(one, many, number)


def _language() -> str:
    if "language" not in g:
        g.language = str(get_locale() or "zh")[:2]
    return str(g.language)


@lru_cache(maxsize=8)
def _catalogue(language: str) -> Any:
    source = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not source.exists():
        return NullTranslations()
    return GNUTranslations(BytesIO(_compiled(source)))
