"""Invented pages, full ones and empty ones, for looking at the templates and for testing them."""

from dataclasses import replace

from app.lowcode import page_models as pm
from tests.face.import_samples import import_screens
from tests.face.samples.account import PASSWORD, SIGN_IN
from tests.face.samples.forms import CONFLICT_FORM, EMPTY_FORM, FORM
from tests.face.samples.frame import BARE_FRAME, FRAME
from tests.face.samples.home import EMPTY_HOME, HOME, LINES_HOME
from tests.face.samples.lists import EMPTY_LIST, LIST, NOTHING_LIST, WIDE_LIST, grid_worker_rows
from tests.face.samples.rows import EMPTY_SHOW, PRINT, REVEAL, SHOW
from tests.face.samples.search import ERROR, NOTES, NOTHING_FOUND, SEARCH

# name → (template, page, frame): every template with full and with empty data.
SCREENS: dict[str, tuple[str, object, pm.Frame | None]] = {
    "home": ("home/home.html", HOME, FRAME),
    "home-lines": ("home/home.html", LINES_HOME, FRAME),
    "home-empty": ("home/home.html", EMPTY_HOME, BARE_FRAME),
    "list": ("register/list.html", LIST, FRAME),
    "list-wide": ("register/list.html", WIDE_LIST, FRAME),
    "list-100": ("register/list.html", replace(LIST, rows=grid_worker_rows(100)), FRAME),
    "empty": ("register/list.html", EMPTY_LIST, FRAME),
    "nothing": ("register/list.html", NOTHING_LIST, FRAME),
    "list-bare": ("register/list.html", pm.ListPage(title="空", list_url="/"), BARE_FRAME),
    "show": ("register/show.html", SHOW, FRAME),
    "show-empty": ("register/show.html", EMPTY_SHOW, BARE_FRAME),
    "form": ("register/form.html", FORM, FRAME),
    "form-conflict": ("register/form.html", CONFLICT_FORM, FRAME),
    "form-empty": ("register/form.html", EMPTY_FORM, BARE_FRAME),
    "reveal": ("register/reveal.html", REVEAL, FRAME),
    "reveal-empty": ("register/reveal.html", replace(REVEAL, reasons=(), error="请选择一件事。"), BARE_FRAME),
    "print": ("register/print.html", PRINT, FRAME),
    "print-empty": ("register/print.html", replace(PRINT, columns=(), papers=(), formats=(), fields=()), BARE_FRAME),
    **import_screens(FRAME, BARE_FRAME),
    "search": ("search/results.html", SEARCH, FRAME),
    "search-nothing": ("search/results.html", NOTHING_FOUND, FRAME),
    "sign-in": ("account/sign_in.html", SIGN_IN, None),
    "sign-in-flash": (
        "account/sign_in.html",
        replace(SIGN_IN, errors=(), help=()),
        replace(BARE_FRAME, flashes=NOTES[:1]),
    ),
    "password": ("account/change_password.html", PASSWORD, None),
    "error": ("errors/error.html", ERROR, FRAME),
    "error-alone": ("errors/error.html", replace(ERROR, advice=(), actions=(), reference=""), None),
    "notes": ("register/list.html", EMPTY_LIST, replace(FRAME, flashes=NOTES)),
    "large": ("register/list.html", LIST, replace(FRAME, is_large_type=True)),
    "large-form": ("register/form.html", FORM, replace(FRAME, is_large_type=True)),
    "english": ("register/list.html", LIST, replace(FRAME, language="en")),
}
