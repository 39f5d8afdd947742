"""Collect every word on screen into translations/en: templates, `_()` in code, and what registers declare.

`python tools/update_translations.py` keeps what is translated, adds what is new, drops what is gone, and prints how many
words still lack English.
"""

from __future__ import annotations

import ast
import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from babel.messages.catalog import Catalog  # noqa: E402
from babel.messages.extract import extract_from_dir  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402

from app.factory import create_app  # noqa: E402
from app.fields.codes import CODE_LISTS  # noqa: E402
from app.lowcode.frame import GROUPS, entries  # noqa: E402
from app.lowcode.indicators import all_indicators  # noqa: E402
from app.lowcode.lines import child_columns  # noqa: E402
from app.lowcode.papers import papers  # noqa: E402
from app.lowcode.register import registers  # noqa: E402
from app.security.roles import resources  # noqa: E402

TARGET = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
FIRST_MADE = datetime(2026, 11, 22, tzinfo=UTC)
"""Written into the head of the catalogue, so that two runs over the same words give the same file."""

TABLES = (
    "app.home.choices:CHARTS", "app.home.choices:DOORS", "app.lowcode.service:REVEAL_REASONS", "app.web:TITLES",
    "app.fields.limits:LAMP_WORDS", "app.lowcode.flow.asking:RELATION_WORDS", "app.lowcode.flow.rules:FIELD_KINDS",
    "app.lowcode.flow.rules:RELATIONS", "app.home.rules:MONTHS", "app.home.rules:WEEKDAYS",
    "app.mediations.rules:ITEM_NAMES", "app.my_tasks.things:LABELS", "app.my_tasks.things:MISSING", "app.meetings.default_kinds:PEOPLE", "app.meetings.owners_rules:MATTERS", "app.meetings.rules:FRACTIONS",
    "app.meetings.rules:QUORUM_TOLD",
    "app.meetings.rules:STATUSES", "app.periods.rules:KIND_NAMES", "app.periods.rules:QUARTERS", "app.report_center.rules:ACTION_NAMES",
    "app.points.ranking.rules:PRO_RATA_TEXTS", "app.points.years.rules:KIND_NAMES", "app.points.years.rules:OUTCOMES",
    "app.outbox.rules:KINDS", "app.outbox.rules:WAYS", "app.report_center.rules:SHORT_NAMES", "app.report_center.rules:STATE_NAMES",
    "app.requested_tables.owners:EVIDENCE", "app.requested_tables.rules:STATE_NAMES",
    "app.requested_tables.rules:STEP_NAMES",
    "app.points.books.called:CALLED", "app.points.books.rules:CHECKERS", "app.points.books.rules:PRO_RATA",
    "app.points.books.rules:QUOTA_PER", "app.points.books.rules:RECORDERS",
    "app.proxy_services.rules:GATES", "app.security.roles:PERMISSION_NAMES",
)  # fmt: skip
"""Words that lie in modules which do not translate, and are translated where they are shown."""
CHINESE = re.compile("[\u4e00-\u9fff]")


def declared_words() -> set[str]:
    """Titles, labels, groups and helps that are translated when a page is made, not where they are written."""
    words = {label for _key, label, _icon in GROUPS} | {entry.label for entry in entries()}
    words |= {text for paper in papers() for text in (paper.title, paper.subject)} | {one.title for one in resources()}
    words |= {one.title for one in CODE_LISTS.values()}
    words |= {text for one in all_indicators() for text in (one.title, one.rule, one.unit)}
    for reg in registers():
        words |= {reg.title, reg.noun_text, reg.about}
        words |= {text for action in reg.actions for text in (action.label, action.confirm)}
        columns = list(reg.declared_columns)
        for column in reg.declared_columns:
            columns += child_columns(column) if column.kind == "lines" else ()
            words |= {reg.group_of(column)}
        for column in columns:
            words |= {column.label, column.help, column.type.hint, *(label for _code, label in column.type.choices())}
    for table in TABLES:
        module, _colon, name = table.partition(":")
        words |= set(_texts(getattr(import_module(module), name)))
    return {word for word in words if word and CHINESE.search(word)}


def _texts(value: Any) -> Iterator[str]:
    """Strings anywhere in a table."""
    if isinstance(value, str):
        yield value
        return
    parts: Any = value.values() if isinstance(value, dict) else value if isinstance(value, (tuple, list)) else ()
    fields = [getattr(value, name) for name in getattr(value, "__dataclass_fields__", ())]
    for part in (*parts, *fields):
        yield from _texts(part)


def listed_words(source: str) -> set[str]:
    """Chinese texts that a module which translates variables, `_(label)`, keeps in tuples or hands to its functions."""
    tree = ast.parse(source)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_")
    if not any(call.args and not isinstance(call.args[0], ast.Constant) for call in calls):
        return set()
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    found: set[str] = set()
    for node in ast.walk(tree):
        parts: list[ast.expr] = []
        if isinstance(node, (ast.Tuple, ast.List)):
            parts = node.elts
        elif isinstance(node, ast.Dict):
            parts = node.values
        elif isinstance(node, ast.Assign):
            parts = [node.value]
        elif isinstance(node, ast.IfExp):
            parts = [node.body, node.orelse]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in own:
            parts = node.args
        found |= {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return {text for text in found if CHINESE.search(text)}


def sentence_words(source: str) -> set[str]:
    """Templates of sentences: `Sentence("…")`, `Sentence("…" if … else "…")`, or of a name that was given such a text."""
    nodes = list(ast.walk(ast.parse(source)))
    named: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                named.setdefault(getattr(target, "id", ""), []).append(node.value)
    calls = (node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Sentence")
    found: set[str] = set()
    for call in calls:
        for given in call.args[:1]:
            for value in named.get(given.id, []) if isinstance(given, ast.Name) else [given]:
                parts = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
                found |= {
                    part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return {text for text in found if CHINESE.search(text)}


def collected_words() -> Catalog:
    """A catalogue of all words on screen, without English; an app must have been made before, it declares registers."""
    catalogue = Catalog(
        locale="en", domain="messages", project="GridLedger", fuzzy=False, header_comment="# GridLedger in English.",
        creation_date=FIRST_MADE, revision_date=FIRST_MADE, last_translator="GridLedger", language_team="en",
        msgid_bugs_address="-", version="",
    )  # fmt: skip
    for _place, _line, message, comments, _context in extract_from_dir(
        str(ROOT / "app"), METHODS, keywords={"_": None, "gettext": None, "ngettext": (1, 2)}
    ):
        catalogue.add(message, auto_comments=comments)
    sources = [path.read_text("utf-8") for path in sorted((ROOT / "app").rglob("*.py"))]
    listed = [words(source) for source in sources for words in (listed_words, sentence_words)]
    for word in sorted(declared_words().union(*listed)):
        catalogue.add(word)
    return catalogue


def translated_words(target: Path = TARGET) -> Catalog:
    """The catalogue that lies in the repository."""
    with target.open("rb") as file:
        return read_po(file, locale="en")


def main() -> None:
    """Write the catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        create_app({"DATA_DIR": folder})
    catalogue = collected_words()
    if TARGET.exists():
        old = translated_words()
        for message in catalogue:
            known = old.get(message.id) if message.id else None
            if known is not None and known.string:
                message.string = known.string
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with TARGET.open("wb") as file:
        write_po(file, catalogue, sort_output=True, no_location=True, omit_header=False, width=0)
    lacking = [message.id for message in catalogue if message.id and not message.string]
    print(f"{len(catalogue)} 条，缺英文 {len(lacking)} 条")


if __name__ == "__main__":
    main()
