"""Words on screen: msgids are Chinese; `translations/en` holds English. Looked up once per word and language.

flask-babel finds the translations anew at every call (15 µs; a list page has 150 calls), so code and templates get a
lookup of ours. Catalogues are compiled from the .po files at the first start into DATA_DIR: nothing built lies in the repository.
"""

from __future__ import annotations

import re
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app, g, has_request_context
from flask_babel import get_locale
from markupsafe import Markup

from app.fields.sentence import Sentence

FOLDER = Path(__file__).resolve().parents[1] / "translations"
DOMAIN = "messages"
CAPITALISED = ("Party",)
"""English words that stay capitalised inside a sentence."""

ONLY_PARTS = re.compile(r"(%\(\w+\)s)+")
"""A template of parts alone, as `one_after_another` makes it."""


def install(app: Flask) -> None:
    """Compile catalogues where they are missing or old, and give templates the quick lookup."""
    compile_catalogues(app.config["DATA_DIR"] / "translations")
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(translate, translate_plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = _in_templates


def compile_catalogues(target: Path) -> None:
    """Write <target>/<language>/LC_MESSAGES/messages.mo from our .po files, whole or not at all."""
    for source in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"):
        made = target / source.relative_to(FOLDER).with_suffix(".mo")
        if made.exists() and made.stat().st_mtime >= source.stat().st_mtime:
            continue
        made.parent.mkdir(parents=True, exist_ok=True)
        draft = made.with_suffix(f".{id(made)}.part")
        draft.write_bytes(_compiled(source, source.stat().st_mtime_ns))
        draft.replace(made)


@lru_cache(maxsize=4)
def _compiled(source: Path, _changed_at: int) -> bytes:
    """The .mo of a .po as it was changed last, made once however many applications a process makes."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3], domain=DOMAIN)
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def gettext(message: str, **values: Any) -> str:
    """`_("共 %(n)s 条", n=3)` in code: the message in the language of this request, with values put in.

    A `Sentence` is said with its own parts. Outside a request (commands, jobs) the message itself, which is Chinese.
    """
    if not message:
        return ""  # gettext gives the head of the catalogue for it
    if isinstance(message, Sentence):
        return _said(message)
    found = translate(message) if has_request_context() else message
    values = {name: gettext(value) if isinstance(value, Sentence) else value for name, value in values.items()}
    if "noun" in values and not found.startswith("%(noun)s"):
        values["noun"] = _inside_a_sentence(str(values["noun"]))
    return found % values if values else found


def _said(sentence: Sentence) -> str:
    """The sentence in the language of this request. In English its parts are set off by blanks where they meet."""
    if not has_request_context() or language_of_request() == "zh":
        return str(sentence)
    parts = {name: gettext(part) if isinstance(part, Sentence) else part for name, part in sentence.parts.items()}
    is_chain = ONLY_PARTS.fullmatch(sentence.template) is not None
    template = sentence.template.replace(")s%(", ")s %(") if is_chain else translate(sentence.template)
    return template % parts if parts else template


def _inside_a_sentence(noun: str) -> str:
    """`Grid worker` → `grid worker` in "Add grid worker"; Party keeps its capital, Chinese has none."""
    return noun if noun.startswith(CAPITALISED) else noun[:1].lower() + noun[1:]


def translate(message: str) -> str:
    """The message in the language of this request."""
    return _words(language_of_request(), message)


def translate_plural(one: str, many: str, number: int) -> str:
    """The same with a number in it."""
    return str(_catalogue(language_of_request()).ngettext(one, many, number))


def _in_templates(message: str, **values: Any) -> Markup:
    """`{{ _('第 %(n)s 页', n=3) }}`: as Jinja's own, which takes four calls where one will do. Values are escaped."""
    return _marked(language_of_request(), message) % values


def language_of_request() -> str:
    """The first two letters of the language this request speaks."""
    language: str | None = g.get("language")
    if language is None:
        language = g.language = str(get_locale() or "zh")[:2]
    return language


@lru_cache(maxsize=8192)
def _words(language: str, message: str) -> str:
    return str(_catalogue(language).gettext(message))


@lru_cache(maxsize=8192)
def _marked(language: str, message: str) -> Markup:
    return Markup(_words(language, message))  # noqa: S704 - the catalogue is ours


@lru_cache(maxsize=8)
def _catalogue(language: str) -> Any:
    place = Path(language) / "LC_MESSAGES" / f"{DOMAIN}.mo"
    compiled = current_app.config["DATA_DIR"] / "translations" / place
    if not compiled.exists():
        return NullTranslations()
    with compiled.open("rb") as file:
        return GNUTranslations(file)
