"""The house rules, as tests that teach: routes state their permission, rooms keep their shape, texts stay plain."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.extensions import db
from app.factory import create_app
from config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for top in ("app", "reports") for path in (ROOT / top).rglob("*.py"))

ROUTES_OF_FAB = {
    "static": "files of the face, the same for everybody",
    "appbuilder.static": "FAB's own files; nothing of ours links to them",
    "UtilView.back": "only redirects within the site",
    "LocaleView.index": "only sets the language",
    "MenuApi.get_menu_data": "FAB guards it by itself; it asks for a resource that no role holds",
}
"""Routes that come with FAB and state no permission, each with the reason why that is right. The list must shrink."""

FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base", "core", "misc"}
ALLOWED_FILES = {"app/security/manager.py": "FAB's own word for the class it replaces"}


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app({"DATA_DIR": str(tmp_path_factory.mktemp("house"))})


def test_every_route_states_its_permission(application: Flask) -> None:
    silent = []
    for rule in application.url_map.iter_rules():
        view = application.view_functions[rule.endpoint]
        if rule.endpoint in ROUTES_OF_FAB or hasattr(getattr(view, "__func__", view), "_needs"):
            continue
        silent.append(f"{rule.endpoint} ({rule.rule})")
    assert not silent, "Say what a route needs: put @permitted('resource', 'permission') below @expose in " + ", ".join(
        silent
    )


def test_exempted_routes_are_still_there(application: Flask) -> None:
    gone = set(ROUTES_OF_FAB) - set(application.view_functions)
    assert not gone, f"Take {gone} out of ROUTES_OF_FAB: the list must shrink."


def test_an_application_can_be_made_twice(tmp_path: Path) -> None:
    first, second = create_app({"DATA_DIR": str(tmp_path)}), create_app({"DATA_DIR": str(tmp_path)})
    assert {rule.rule for rule in first.url_map.iter_rules()} == {rule.rule for rule in second.url_map.iter_rules()}


def test_making_an_application_touches_no_database(tmp_path: Path) -> None:
    """A command that is refused leaves no empty file behind, and a name that a district gives is asked when shown."""
    app = create_app({"DATA_DIR": str(tmp_path)})
    assert not (tmp_path / "gridledger.db").exists()
    with app.app_context():
        db.session.execute(text("SELECT 1"))
    assert (tmp_path / "gridledger.db").exists(), "the test looks in the wrong place"


def test_names_say_what_lives_there() -> None:
    bad = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.stem in FORBIDDEN_NAMES and str(path.relative_to(ROOT)) not in ALLOWED_FILES
    ]
    assert not bad, f"Name these after what they hold (docs/glossary.md): {bad}"


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        str(path.relative_to(ROOT)) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert not silent, f"Say in one sentence what lives in: {silent}"


def test_rules_are_pure() -> None:
    impure = re.compile(r"^\s*(?:from|import) (flask|flask_appbuilder|flask_babel|wtforms|sqlalchemy)\b", re.MULTILINE)
    bad = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if (path.stem == "rules" or "reports" in path.parts) and impure.search(path.read_text("utf-8"))
    ]
    assert not bad, f"rules.py and reports/ know no framework; move the query or the page out of: {bad}"


def test_commits_happen_in_transactions_only() -> None:
    bad = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        if "database" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and ast.unparse(node.func.value).endswith("session")
    ]
    assert not bad, f"Write inside `with writing():` instead of committing by hand: {bad}"


def test_every_setting_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    missing = [setting.name for setting in SETTINGS if f"`{setting.name}`" not in text]
    assert not missing, f"Write into docs/settings.md: {missing}"


def test_pages_ask_no_other_host() -> None:
    outside = re.compile(r"""(?:src|href|url\()\s*=?\s*["']?(?:https?:)?//(?!www\.w3\.org)""")
    faces = [*(ROOT / "app" / "templates").rglob("*.html"), *(ROOT / "app" / "static").rglob("*.css")]
    bad = [str(path.relative_to(ROOT)) for path in faces if outside.search(path.read_text("utf-8"))]
    assert not bad, f"No page asks another host: {bad}"


def test_no_path_of_a_machine_is_written_down() -> None:
    tracked = [*SOURCES, *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    bad = [
        str(path.relative_to(ROOT))
        for path in tracked
        if re.search(r"(?<![\w.])/(?:work|farm|root)/", path.read_text("utf-8"))
    ]
    assert not bad, f"Paths of one machine stand in: {bad}"


def test_every_icon_is_drawn() -> None:
    drawn = set(re.findall(r'id="([a-z_-]+)"', (ROOT / "app" / "static" / "icons.svg").read_text("utf-8")))
    used: dict[str, str] = {}
    for path in SOURCES:
        for name in re.findall(r'icon(?:: str)? ?= ?"([a-z_-]+)"', path.read_text("utf-8")):
            used.setdefault(name, str(path.relative_to(ROOT)))
    unknown = {name: place for name, place in used.items() if name not in drawn}
    assert not unknown, f"Draw these in app/static/icons.svg or use another: {unknown}"
