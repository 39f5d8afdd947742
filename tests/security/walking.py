"""A walk over the whole URL map: every route, every method, every argument that could name somebody else's row."""

from __future__ import annotations

import html
import inspect
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, PathConverter, Rule

from app.lowcode.papers import papers
from app.lowcode.register import Register, registers
from app.lowcode.views import RegisterConverter
from tests.registers.values import typed
from tests.security.planting import FAR, NEAR, SOUGHT, Planted, table_of

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {
    "static": "files of the face, the same for everybody",
    "appbuilder.static": "files of the face, the same for everybody",
    "SignInView.logout": "would end the walk",
}
"""Endpoints the walk does not visit, each with its reason."""

FAULTS = re.compile(
    r"Traceback \(most recent call|sqlalchemy\.|sqlite3\.|psycopg|\bSELECT\b.{1,200}\bFROM\b|\bINSERT INTO\b"
    r"|OperationalError|IntegrityError|werkzeug\.|jinja2\."
)
"""What shows the inside of the program."""

LEAK = re.compile(f"([{NEAR}{FAR}])(.)")
_ESCAPED = re.compile(
    "|".join(
        rf"\\u{ord(mark):04x}|&#{ord(mark)};|{''.join(f'%{b:02X}' for b in mark.encode())}" for mark in NEAR + FAR
    ),
    re.IGNORECASE,
)
Check = Callable[[str, str], bool]


@lru_cache(maxsize=1)
def asked_names() -> frozenset[str]:
    """Names of query and form values that any view of ours asks for, read from the source."""
    pattern = re.compile(r"request\.(?:args|form|values)(?:\.get|\.getlist)?[(\[]\s*[\"']([A-Za-z_-]+)[\"']")
    found: set[str] = set()
    for path in (ROOT / "app").rglob("*.py"):
        found.update(pattern.findall(path.read_text("utf-8")))
    return frozenset(found)


def hostile_value(name: str, planted: Planted) -> str:
    """A value for a query or form field of this name that points at the planted rows."""
    if name in ("next", "language", "password", "old", "new", "again"):
        return "/"
    if name in ("q", "words", "name", "title"):
        return SOUGHT
    if name in ("at", "on") or name.endswith("_on"):
        return "2026-11-01"
    if "period" in name or "month" in name:
        return "2026-10"
    if name in ("area", "code", "place", "to", "target", "into") or "area" in name or "code" in name:
        return planted.area
    if name == "uid" or name.endswith("_uid"):
        return planted.uids["grid_workers"][0]
    if name == "reason":
        return "核对证件信息"
    return str(planted.first_id)


@dataclass(frozen=True)
class Call:
    """One request of a walk."""

    endpoint: str
    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] | None = None
    json: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.method} {self.path} {self.query or ''} {self.form or self.json or ''}"[:300]


@dataclass
class Walk:
    """What one person is shown and may touch on a walk."""

    app: Flask
    client: FlaskClient
    token: str
    foreign: tuple[Planted, ...]
    own: Planted | None
    may_see: Check
    """Whether a value with this mark of this table in an answer is right for this person."""
    tried: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set)
    """(mark, table) of every marked value shown."""
    wrong: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    def run(self, calls: Iterable[Call], *, keep: bool = False) -> None:
        """Send every call; note leaks, errors and, with `keep`, the bare text of the answer."""
        for call in calls:
            body, status, headers = self._send(call)
            self.tried += 1
            text = readable(body) + headers
            for mark, tag in sorted(set(LEAK.findall(text))):
                table = table_of(tag)
                if not self.may_see(mark, table):
                    self.wrong.append(f"{call.name} -> {status} shows a row of {table}: {_around(text, mark + tag)}")
                self.seen.add((mark, table))
            if status >= 500:
                self.wrong.append(f"{call.name} -> {status}")
            fault = FAULTS.search(text) if _is_page(body) else None
            if fault:
                self.wrong.append(f"{call.name} -> {status} shows the inside: {_around(text, fault[0])}")
            if keep:
                self.answers[call.name] = f"{status} {bare(text)}"

    def _send(self, call: Call) -> tuple[bytes, int, str]:
        headers = {"Authorization": f"Bearer {self.token}"} if call.path.startswith("/api/") else {}
        more: dict[str, Any] = {"json": call.json} if call.json is not None else {"data": call.form or {}}
        if call.method == "GET":
            more = {}
        answer = self.client.open(
            call.path, method=call.method, query_string=call.query, headers=headers,
            **more,
        )  # fmt: skip
        sent = unquote(answer.headers.get("Content-Disposition", "") + answer.headers.get("Location", ""))
        body = answer.get_data()
        answer.close()
        return body, answer.status_code, sent


def _around(text: str, found: str) -> str:
    place = text.find(found)
    return " ".join(text[max(0, place - 60) : place + 60].split())


def _is_page(body: bytes) -> bool:
    return body[:1] in (b"<", b"{", b"[", b"\n")


def readable(body: bytes) -> str:
    """The text of an answer, whatever format it has: pages, JSON, workbooks, Word, PDF."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            return "\n".join(readable(parts.read(name)) for name in parts.namelist())
    if body.startswith(b"%PDF"):
        if shutil.which("pdftotext") is None:
            return ""
        found = subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True, check=True)
        return found.stdout.decode("utf-8", "replace")
    text = body.decode("utf-8", "replace")
    if _ESCAPED.search(text):
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), html.unescape(unquote(text)))
    return text


def bare(text: str) -> str:
    """A page without what differs from one answer to the next: nonces, tokens, the time of day."""
    text = re.sub(r'nonce="[^"]*"|name="csrf_token"[^>]*|content="[A-Za-z0-9_.-]{60,}"', "", text)
    return re.sub(r"\d{2}:\d{2}(:\d{2})?", "", text)


def token_of(client: FlaskClient, username: str, password: str) -> str:
    """A token for the REST API."""
    answer = client.post("/api/v1/security/login", json={"username": username, "password": password})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_json()["access_token"])


def routes(app: Flask) -> list[tuple[Rule, str]]:
    """Every rule with every method of it."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint not in LEFT_OUT:
            found += [(rule, method) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def addresses(
    app: Flask, rule: Rule, foreign: tuple[Planted, ...], own: Planted | None
) -> Iterator[tuple[str, Register | None, int | None]]:
    """Addresses of a rule with arguments of somebody else's (and of one's own) rows: (path, register, row id)."""
    names = [name for name, converter in rule._converters.items() if isinstance(converter, RegisterConverter)]
    regs: list[Register | None] = list(registers()) if names else [None]
    rest = [name for name in rule._converters if name not in names]
    adapter = app.url_map.bind("localhost")
    for reg in regs:
        for values in _together([_candidates(rule, name, reg, foreign, own) for name in rest]):
            arguments = dict(zip(rest, values, strict=True)) | {name: reg.name for name in names if reg is not None}
            ids = [value for value in values if isinstance(value, int)]
            yield (
                adapter.build(rule.endpoint, arguments, method=next(iter(rule.methods or ()))),
                reg,
                (ids or [None])[0],
            )


def _together(candidates: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    """Every candidate of each argument at least once."""
    most = max((len(values) for values in candidates), default=1)
    for number in range(most):
        yield tuple(values[number % len(values)] for values in candidates)


def _candidates(
    rule: Rule, name: str, reg: Register | None, foreign: tuple[Planted, ...], own: Planted | None
) -> list[Any]:
    converter = rule._converters[name]
    if isinstance(converter, IntegerConverter):
        if reg is None or name != "row_id":
            return [each.first_id for each in foreign]
        # A live row, one in the bin, one of the other grid, and one's own.
        first, *others = (each.ids[reg.name] for each in foreign)
        mine = own.ids[reg.name][:1] if own else []
        return [first[0], first[-1], *(ids[0] for ids in others), *mine]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)
    if isinstance(converter, PathConverter):
        return ["../../config.py", foreign[0].uids["grid_workers"][0]]
    return _words(name, foreign)


def _words(name: str, foreign: tuple[Planted, ...]) -> list[str]:
    if name == "locale":
        return ["zh"]
    if "code" in name or "area" in name:
        return [each.area for each in foreign]
    if "period" in name or "month" in name:
        return ["2026-10"]
    if name in ("format", "suffix", "ext", "format_"):
        return ["html", "xlsx"]
    if name in ("register", "resource"):
        return [reg.name for reg in registers()]
    if "uid" in name:
        return [each.uids["grid_workers"][0] for each in foreign]
    named = [paper.name for paper in papers()]
    return [*named, "2026-10", "grid_workers", str(foreign[0].first_id), foreign[0].area]


def plain_reads(walk: Walk) -> list[Call]:
    """Every GET with nothing but its address: what must look the same whether or not foreign rows are there."""
    return [
        Call(rule.endpoint, method, path)
        for rule, method in routes(walk.app)
        if method == "GET"
        for path, _reg, _id in addresses(walk.app, rule, walk.foreign, walk.own)
    ]


def hostile_reads(walk: Walk) -> list[Call]:
    """Every GET once more with all query values that any view asks for pointing at foreign rows; searches; filters."""
    calls = []
    for rule, method in routes(walk.app):
        if method != "GET":
            continue
        for path, reg, row_id in addresses(walk.app, rule, walk.foreign[:1], None):
            if reg is not None and row_id is not None:
                continue
            query = {name: hostile_value(name, walk.foreign[0]) for name in asked_names()}
            calls.append(Call(rule.endpoint, method, path, query))
            if reg is not None and rule.endpoint.endswith((".list", ".get_list", ".choices")):
                calls += _filters(rule.endpoint, path, reg, walk.foreign[0])
    return calls


def _filters(endpoint: str, path: str, reg: Register, planted: Planted) -> Iterator[Call]:
    """Searched by mark; the list by its links to foreign rows, and sorted."""
    yield Call(endpoint, "GET", path, {"q": SOUGHT})
    if endpoint.endswith(".choices"):
        return
    links = [column for column in reg.declared_columns if column.kind == "link" and column.is_filtered]
    if links:
        yield Call(endpoint, "GET", path, {column.name: planted.ids[column.target][0] for column in links})
    sortable = [column.name for column in reg.declared_columns if column.is_sortable]
    yield Call(endpoint, "GET", path, {"sort": sortable[0], "order_column": sortable[0], "size": 100})


NONSENSE = ('"', "' OR 1=1 --", "\x00", "9" * 30, "-1", "%", "((", "秘密" * 3000, "2026-99", "../..", "[]")


def nonsense(walk: Walk, regs: Container[str]) -> Iterator[Call]:
    """Every GET and every form with values that mean nothing; addresses with ids no table has."""
    for rule, method in routes(walk.app):
        if rule.endpoint in ("SignInView.login", "TokenApi.login"):
            continue  # five wrong passwords lock an account; tests of sign-in try these
        for path, reg, row_id in addresses(walk.app, rule, walk.foreign[:1], walk.own):
            if reg is not None and reg.name not in regs:
                continue
            if row_id == walk.foreign[0].first_id:
                for number in (10**30, 2**63, 0):
                    yield Call(rule.endpoint, method, path.replace(str(row_id), str(number)))
            names = set(asked_names()) | {column.name for column in (reg.declared_columns if reg else ())}
            for shift in range(0, len(NONSENSE), 4):
                values = {
                    name: NONSENSE[(number + shift) % len(NONSENSE)]
                    for number, name in enumerate(sorted(names - {"next"}))
                }
                if method == "GET":
                    yield Call(rule.endpoint, method, path, values)
                elif path.startswith("/api/"):
                    yield Call(rule.endpoint, method, path, json=values)
                else:
                    yield Call(rule.endpoint, method, path, form=values)


FORMATS = (
    {"kind": "data", "format": "csv"},
    {"kind": "paper", "format": "html"},
    {"kind": "data", "format": "xlsx"},
    {"kind": "paper", "format": "docx"},
)


def writes(
    walk: Walk, planted: Planted, *, only: Container[str] | None = None, leaving_out: Container[str] = ()
) -> list[Call]:
    """Every POST, PUT and DELETE with foreign ids, foreign areas, and links from one's own rows to foreign ones.

    `only` names registers, and leaves out whatever is none; `leaving_out` names registers not to be tried.
    """
    calls: list[Call] = []
    for rule, method in routes(walk.app):
        if method == "GET":
            continue
        for path, reg, row_id in addresses(walk.app, rule, walk.foreign, walk.own):
            is_own = walk.own is not None and reg is not None and row_id in walk.own.ids.get(reg.name, [])
            if only is not None and (reg is None or reg.name not in only):
                continue
            if reg is not None and reg.name in leaving_out:
                continue
            if is_own and (method == "DELETE" or rule.endpoint.endswith(".delete")):
                continue
            is_foreign_row = row_id is not None and not is_own
            calls += list(_write(rule, method, path, reg, planted, walk))[: 1 if is_foreign_row else None]
    return calls


def _write(rule: Rule, method: str, path: str, reg: Register | None, planted: Planted, walk: Walk) -> Iterator[Call]:
    form = {name: hostile_value(name, planted) for name in asked_names()}
    form.pop("add-line", None)
    form.pop("reset", None)
    if reg is None:
        if path.startswith("/api/"):
            yield Call(rule.endpoint, method, path, json=form)
            return
        yield Call(rule.endpoint, method, path, form=form)
        for action in _spoken_values(walk.app, rule):
            yield Call(rule.endpoint, method, path, form=form | action)
        return
    bodies = list(_bodies(reg, planted, walk.own))
    if path.startswith("/api/"):
        for body in bodies:
            yield Call(rule.endpoint, method, path, json=body)
        return
    ids = [str(id_) for each in walk.foreign for id_ in each.ids.get(reg.name, [])]
    if rule.endpoint.endswith((".export", ".print")):
        columns = [column.name for column in reg.declared_columns if column.kind != "lines"]
        for number, more in enumerate(FORMATS):
            query = {"area": planted.area} if number % 2 else {}
            yield Call(rule.endpoint, method, path, query, form={"column": columns} | more)
        return
    if rule.endpoint.endswith((".bulk", ".restore")):
        for action in ("delete", *(action.key for action in reg.actions)):
            yield Call(rule.endpoint, method, path, form={"id": ids, "action": action})
        return
    for body in bodies:
        yield Call(rule.endpoint, method, path, form=form | body)


def _spoken_values(app: Flask, rule: Rule) -> Iterator[dict[str, str]]:
    """Values a view compares its form with: `request.form.get("step") == "apply"` and alike, read from its module."""
    view = inspect.unwrap(app.view_functions[rule.endpoint])
    try:
        source = inspect.getsource(inspect.getmodule(view))  # type: ignore[arg-type]
    except (TypeError, OSError):
        return
    pattern = (
        r"request\.form(?:\.get)?[(\[]\s*\"([a-z_-]+)\"[^)\]]*[)\]]\s*(?:==|!=|in)\s*\(?((?:\"[a-z_]+\"(?:,\s*)?)+)"
    )
    for name, values in re.findall(pattern, source):
        for value in re.findall(r"\"([a-z_]+)\"", values):
            yield {name: value}


def _bodies(reg: Register, planted: Planted, own: Planted | None) -> Iterator[dict[str, Any]]:
    """Values of a row: into the foreign area; in one's own area but linked to foreign rows; by the foreign name."""
    plain: dict[str, Any] = {}
    for number, column in enumerate(reg.declared_columns):
        if column.is_editable and column.kind not in ("place", "link", "lines"):
            plain[column.name] = typed(column, 900 + number)
    places = [column.name for column in reg.declared_columns if column.kind == "place"]
    links = {column.name: column.target for column in reg.declared_columns if column.kind == "link"}
    foreign_links = {name: str(planted.ids[target][0]) for name, target in links.items()}
    yield plain | dict.fromkeys(places, planted.area) | {"version": 1}
    yield plain | dict.fromkeys(places, planted.area) | foreign_links
    if own is not None:
        own_links = {name: str(own.ids[target][0]) for name, target in links.items()}
        yield plain | dict.fromkeys(places, own.area) | foreign_links
        yield own_links | dict.fromkeys(places, planted.area)


def first_difference(old: str, new: str) -> str:
    """Where two answers part, with what stands around."""
    place = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return f"{' '.join(old[max(0, place - 40) : place + 60].split())} <> {' '.join(new[place : place + 60].split())}"
