"""Code lists as the office keeps them: values it added, labels it changed, values it took out of use.

Kept as one setting, so that every process uses a change at its next request and the history shows it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from flask import has_app_context

from app.fields.codes import CODE_LISTS, CodeItem, CodeList, set_office_changes
from app.settings.queries import setting

KEY = "code_lists"
Freedom = Literal["standard", "program", "open"]

STANDARD = frozenset({"sex", "ethnicity", "marriage", "disability_kind", "disability_grade"})
"""Lists of national standards: read-only. 学历, 政治面貌 and 与户主关系 follow one too, but offices add their own words."""
PROGRAM = frozenset(
    {
        "resident_state", "resident_movement", "party_organization_kind", "member_kind", "member_roster",
        "member_movement", "member_state", "term_state", "receipt_state", "lamp", "owners_committee_post",
        "resource_state", "need_state", "project_state", "claim_state", "points_sign", "points_recorder", "points_fact", "checked_roster",
        "point_entry_state", "submission_state", "responsible_post",
        "letter_kind", "letter_state", "duty_role", "duty_day_kind",
    }
)  # fmt: skip
"""Lists whose values the program itself sets and reckons with: they may be called otherwise, nothing more."""


def freedom_of(name: str) -> Freedom:
    """What an office may do with a list."""
    if name in STANDARD:
        return "standard"
    return "program" if name in PROGRAM else "open"


@dataclass(frozen=True, slots=True)
class Changes:
    """What was changed of one list. `named` is code → (label, synonyms), of added values too."""

    named: Mapping[str, tuple[str, tuple[str, ...]]]
    added: tuple[str, ...] = ()
    retired: frozenset[str] = frozenset()
    last_number: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain values for the setting."""
        return {
            "named": {code: [label, list(synonyms)] for code, (label, synonyms) in self.named.items()},
            "added": list(self.added), "retired": sorted(self.retired), "last_number": self.last_number,
        }  # fmt: skip


def read_changes(data: Mapping[str, Any]) -> Changes:
    """The changes of one list out of the setting."""
    named = {code: (label, tuple(synonyms)) for code, (label, synonyms) in data.get("named", {}).items()}
    return Changes(
        named, tuple(data.get("added", ())), frozenset(data.get("retired", ())), int(data.get("last_number", 0))
    )


def applied(shipped: CodeList, changes: Changes) -> CodeList:
    """The list with the changes: shipped values in their order, added ones before 其他, retired ones marked."""

    def item(code: str, old: CodeItem | None) -> CodeItem:
        label, synonyms = changes.named.get(code) or (old.label, old.synonyms)  # type: ignore[union-attr]
        return CodeItem(code, label, synonyms, code in changes.retired or bool(old and old.is_retired))

    items = [item(old.code, old) for old in shipped.items]
    added = [item(code, None) for code in changes.added if code in changes.named]
    place = len(items) - (bool(items) and shipped.items[-1].code == "other")
    return replace(shipped, items=(*items[:place], *added, *items[place:]))


@lru_cache(maxsize=256)
def _applied(shipped: CodeList, text: str) -> CodeList:
    return applied(shipped, read_changes(json.loads(text)))


def in_force(shipped: CodeList) -> CodeList:
    """The shipped list as the office of this request keeps it."""
    if not has_app_context():
        return shipped
    data = kept_changes().get(shipped.name)
    return _applied(shipped, json.dumps(data, sort_keys=True)) if data else shipped


def kept_changes() -> dict[str, Any]:
    """The setting: list name → changes as JSON."""
    found: dict[str, Any] = setting(KEY, _NOTHING)
    return found


_NOTHING: dict[str, Any] = {}


def changes_of(name: str) -> Changes:
    """What was changed of a list so far."""
    return read_changes(kept_changes().get(name, {}))


def listed_names() -> tuple[str, ...]:
    """Names of the lists an office sees, those it may extend first, by title."""
    order: dict[Freedom, int] = {"open": 0, "program": 1, "standard": 2}
    return tuple(sorted(CODE_LISTS, key=lambda name: (order[freedom_of(name)], CODE_LISTS[name].title)))


set_office_changes(in_force)
