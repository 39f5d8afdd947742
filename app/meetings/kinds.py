"""Which kinds of meetings are in force here, and the room's own lists as kinds of value for columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from flask import has_app_context

from app.extensions import database_name
from app.fields import codes
from app.fields.cells import is_missing, written
from app.fields.codes import CodeItem, CodeList
from app.fields.types import Code
from app.meetings.default_kinds import KINDS, kinds_of
from app.meetings.owners_rules import MATTERS
from app.meetings.rules import STATUSES, MeetingKind
from app.settings.queries import data_version as version_of_settings
from app.settings.queries import has_profile, profile

SOURCES = frozenset(
    {
        "members", "committee", "committee_and_units", "group_members", "units", "council", "deputies",
        "owners_committee", "grid_workers", "community_workers", "nobody",
    }
)  # fmt: skip
"""Where 应到 may come from; app.meetings.sources has one function for each."""


def kinds() -> tuple[MeetingKind, ...]:
    """The kinds of this district, in the order they are offered. Raises KindIsWrong where its profile is wrong."""
    if not has_app_context() or not has_profile():
        return KINDS
    return _kinds(database_name(), version_of_settings())


@lru_cache(maxsize=16)
def _kinds(database: str, version: int) -> tuple[MeetingKind, ...]:  # noqa: ARG001
    return kinds_of(profile().meetings, sources=SOURCES)


def kind_of(key: str) -> MeetingKind:
    """The kind of that key. One that is hidden or gone since keeps its shipped rules, or has none."""
    for kind in (*kinds(), *KINDS):
        if kind.key == key:
            return kind
    return MeetingKind(key, key, "area", "nobody")


def _kind_list() -> CodeList:
    return _as_list(kinds())


@lru_cache(maxsize=16)
def _as_list(found: tuple[MeetingKind, ...]) -> CodeList:
    shorter = {"branch_committee": ("支委会",), "branch_assembly": ("党员大会",), "members_review": ("民主评议",)}
    items = tuple(CodeItem(kind.key, kind.name, shorter.get(kind.key, ())) for kind in found)
    return CodeList("meeting_kind", "会议类别", items)


def _list(name: str, title: str, *items: tuple[str, ...]) -> CodeList:
    return CodeList(name, title, tuple(CodeItem(code, label, synonyms) for code, label, *synonyms in items))  # type: ignore[arg-type]


_STATE = _list("meeting_state", "会议状态", ("draft", "草稿"), ("final", "已定稿", "定稿"))
_RESOLUTION_STATE = _list("resolution_state", "办理状态", ("open", "办理中", "未办结"), ("done", "已办结", "办结"))
_METHOD = _list("vote_method", "表决方式", ("hands", "举手表决"), ("ballot", "无记名投票"), ("spoken", "口头表决"))
_OWNERS_METHOD = _list(
    "owners_vote_method", "表决方式", ("written", "书面征求意见", "书面"), ("assembled", "集体讨论", "现场表决"),
    ("online", "网上表决", "电子投票"),
)  # fmt: skip
_OWNERS_MATTER = CodeList("owners_matter", "表决事项类别", tuple(CodeItem(one.key, one.label) for one in MATTERS))
_COUNCIL = _list("council_kind", "成员类别", ("council", "议事会成员", "议事员"), ("deputy", "居民代表", "代表"))
_STATUS = CodeList("attendance_status", "到会情况", tuple(CodeItem(code, label) for code, label in STATUSES))

LISTS: dict[str, Callable[[], CodeList]] = {
    "meeting_kind": _kind_list,
    "meeting_state": lambda: _STATE,
    "resolution_state": lambda: _RESOLUTION_STATE,
    "vote_method": lambda: _METHOD,
    "owners_vote_method": lambda: _OWNERS_METHOD,
    "owners_matter": lambda: _OWNERS_MATTER,
    "council_kind": lambda: _COUNCIL,
    "attendance_status": lambda: _STATUS,
}


@dataclass(frozen=True)
class OwnCode(Code):
    """An entry of one of this room's lists. Kinds of meetings belong to a district, not to the process."""

    def _list(self) -> CodeList:
        return LISTS[self.list_name]()

    def parse(self, raw: object, *, today: date | None = None) -> str | None:
        """The code of a code, label or synonym; None for blank."""
        text = written(raw)
        return None if is_missing(text) else self._checked(self.read(text), today)

    def read(self, raw: object) -> str:
        """The code. Raises Refused naming the nearest labels."""
        return codes.read_code(self._list(), written(raw))

    def show(self, value: str | None) -> str:
        """The label; a kind that is gone shows itself."""
        if value is None:
            return ""
        return kind_of(value).name if self.list_name == "meeting_kind" else self._list().label_of(value)

    def choices(self) -> tuple[tuple[str, str], ...]:
        """(code, label) of what is offered."""
        return self._list().choices()


def body_errors(values: dict[str, Any], today: date) -> Iterator[tuple[str, str]]:  # noqa: ARG001 (checks get the day)
    """Who holds the meeting is filled in as its kind needs it."""
    key = values.get("kind")
    if not key:
        return
    kind = kind_of(key)
    if kind.body == "organization" and not values.get("organization"):
        yield "organization", f"{kind.name}由党组织召开，请选“召开的党组织”。"
    if kind.body == "compound" and not values.get("compound"):
        yield "compound", f"{kind.name}按小区召开，请选“小区”。"
    begins, ends = values.get("published_from"), values.get("published_until")
    if begins and ends and ends < begins:
        yield "published_until", "公示结束早于公示开始，请核对。"
