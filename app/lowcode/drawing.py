"""What pages are drawn from and need not be drawn twice: addresses, icons, and fragments that follow from one value.

A list page asks for twenty addresses (50 µs each in werkzeug) and sixty icons, and carries a menu that changes only
with the person's rights. All are kept by everything they depend on, so nothing has to be forgotten.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request, url_for
from markupsafe import Markup

from app.language import language_of_request


def page_url(endpoint: str, **values: Any) -> str:
    """`url_for` for addresses asked for again and again: no row ids, nothing external."""
    return _built(current_app.import_name, request.script_root, endpoint, tuple(values.items()))


@lru_cache(maxsize=4096)
def _built(application: str, script_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:  # noqa: ARG001
    return url_for(endpoint, **dict(values))


def icon(name: str, size: str = "") -> Markup:
    """One sign of static/icons.svg; hidden from screen readers, since a word always stands beside it."""
    return _drawn_icon(page_url("static", filename="icons.svg"), name, size)


@lru_cache(maxsize=512)
def _drawn_icon(sprite: str, name: str, size: str) -> Markup:
    style = f"icon {size}" if size else "icon"
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(style, sprite, name)


def kept(template: str, value: Hashable) -> Markup:
    """A template that needs nothing but `value` and the language; drawn once for each. No tokens, no nonces in it."""
    return _drawn(current_app.import_name, request.script_root, language_of_request(), template, value)


@lru_cache(maxsize=512)
def _drawn(application: str, script_root: str, language: str, template: str, value: Any) -> Markup:  # noqa: ARG001
    page = current_app.jinja_env.get_template(template)
    return Markup(page.render(value=value))  # noqa: S704 - a template of ours, which escapes what it is given


def install(app: Flask) -> None:
    """Give the templates these functions."""
    app.jinja_env.globals.update(url_for=page_url, draw_icon=icon, kept=kept)
