"""Valid typed values for any register, made from the types of its columns; targets of links are made first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.fields.credit import ALPHABET
from app.fields.identity import check_digit
from app.lowcode import lines, service
from app.lowcode.column import Column
from app.lowcode.register import Register, register
from app.security.actor import Actor

SURNAMES = "赵钱孙李周吴郑王冯陈"
GIVEN = "安邦成达恩芳国海嘉康"

OVERRIDES: dict[str, dict[str, str]] = {
    "mediation_cases": {"respondent_id": "", "state": "received", "number": ""},
    "proxy_items": {"person_b": ""},
    "proxy_orders": {"name": "", "state": "asked", "number": ""},
    "needs": {"merged_into": "", "kind": "parking", "state": "listed"},
    "party_organizations": {
        "kind": "branch", "leader": "", "parent": "", "elected_on": "2023-06-01", "term_ends_on": "2026-06-01",
        "extended_to": "2026-12-01", "founded_on": "2012-05-04",
    },
    "party_members": {
        "kind": "full", "joined_on": "2005-07-01", "confirmed_on": "2006-07-01", "left_on": "",
        "group_organization": "", "entered_on": "2018-01-01", "roster": "registered", "state": "in_book",
        "unit_number": "1单元",
    },
    "grid_workers": {"left_on": "", "hired_on": "2021-03-01", "contract_ends_on": "2027-02-28", "state": "on_duty"},
    "residential_compounds": {"occupied_count": "1", "household_count": "2", "building_count": "1", "unit_count": "2"},
    "property_companies": {
        "contract_starts_on": "2024-01-01", "contract_ends_on": "2027-12-31", "party_member_count": "1",
        "staff_count": "9",
    },
    "party_movements": {"kind": "transfer_out", "name": "", "received_on": "2021-03-20"},
    "party_dues": {"name": "", "reason": ""},
    "community_workers": {"left_on": ""},
    "building_heads": {"left_on": "", "unit_number": "1单元"},
    "buildings": {"name": "", "party_group": ""},
    "dwellings": {"name": "", "unit_number": "1单元"},
    "owners_committees": {
        "elected_on": "2023-06-01", "term_ends_on": "2026-06-01", "extended_to": "2026-12-01",
        "founded_on": "2012-05-04",
    },
    "households": {"name": "", "left_on": "", "living_kind": "together"},
    "residents": {"left_on": "", "living_kind": "together", "marriage": "20"},
    "resident_movements": {"name": "", "kind": "go_out"},
    "care_targets": {"left_on": ""},
    "special_population": {"left_on": ""},
    "key_attention": {"left_on": ""},
    "points_rules": {"auto_on": ""},
    "event_categories": {"time_limit": "3工作日"},
    "events": {"state": "reported", "handling": "own", "merged_into": "", "satisfaction": "", "phone": ""},
    "event_exclusions": {
        "name": "", "state": "draft", "earlier": "", "reason": "unreasonable",
        "claim": "当面答复过两次，没有新的情况。",
    },
    "projects": {"state": "open", "closed_on": ""},
    "meetings": {"kind": "branch_assembly", "compound": "", "begins_at": "14:30", "ends_at": "16:00"},
    "visits": {"name": "", "follow_by": "", "followed_on": ""},
    "roster_checks": {"name": "", "sampled": "", "wrong": "", "sampled_on": ""},
    "patrol_plans": {"name": "", "day": "10"},
    "joint_patrols": {"name": ""},
    "property_ratings": {"vetoes": ""},
    "rectifications": {"name": "", "opened_on": "2021-03-01", "due_on": "2021-03-15", "checked_on": "2021-03-20"},
    "whistle_kinds": {"sign_within": "1小时", "arrive_within": "3工作日", "finish_within": "10工作日"},
    "whistles": {"partners": ""},
    "department_grades": {"name": "", "year": "2026"},
    "supervision_items": {"due_on": "2026-12-04", "assigned_on": "2026-11-02", "days": ""},
    "supervision_progress": {"name": "", "told_by": ""},
    "duty_members": {"name": "", "grid_worker": "", "account": "", "ends_on": "", "role": "main"},
    "duty_shifts": {"name": "", "leader": "", "deputy": "", "is_zero": ""},
    "duty_swaps": {"name": "", "role": "main", "other_shift": ""},
    "council_members": {"left_on": "", "term_ends_on": "2026-03-04"},
}  # fmt: skip
"""What the rules of one register want otherwise than its types alone would say."""


FRESH = {
    ("party_movements", "member"), ("party_dues", "member"), ("resident_movements", "resident"),
    ("meetings", "organization"), ("duty_members", "worker"), ("duty_swaps", "shift"), ("duty_swaps", "taker"),
    ("patrol_plans", "compound"), ("supervision_progress", "item"), ("department_grades", "unit"), ("whistle_calls", "whistle"), ("rectifications", "rating"),
    ("event_exclusions", "event"),
}  # fmt: skip
"""Links that identify a row together with a code or a day, so that every row needs another target."""


OWN_DAYS = {("duty_shifts", "duty_on"), ("visits", "visited_on"), ("joint_patrols", "planned_on")}
"""Days that identify a row, so that every row needs another one."""


OWN_MONTHS = {("roster_checks", "month")}
"""Months that identify a row."""


def id_number(number: int) -> str:
    """A valid invented ID number: born `number` days after 1960-01-01, a man."""
    first = f"320505{date(1960, 1, 1) + timedelta(days=number):%Y%m%d}{number % 100:02}1"
    return first + check_digit(first)


def credit_code(number: int) -> str:
    """A credit code of the right length and alphabet with a right last character."""
    body = f"91320505MA{number:07d}"
    weights = [pow(3, place, 31) for place in range(17)]
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(body, weights, strict=True))
    return body + ALPHABET[(31 - total % 31) % 31]


def person_name(number: int) -> str:
    """An invented name of three characters; a thousand of them differ."""
    return SURNAMES[number % 10] + GIVEN[number // 10 % 10] + GIVEN[number // 100 % 10]


def _figure(type_: Any, number: int) -> str:
    low = Decimal(type_.minimum or 0)
    high = Decimal(type_.maximum) if type_.maximum is not None else low + 500
    return str(min(low + number % 5 + 1, high))


def _choice(type_: Any, number: int) -> str:
    choices = type_.choices()
    return str(choices[number % len(choices)][0])


MAKERS: dict[str, Callable[[Any, int], str]] = {
    "person_name": lambda _type, number: person_name(number),
    "long_text": lambda _type, number: f"第{number}条说明",
    "integer": _figure,
    "number": _figure,
    "year": lambda _type, _number: "1998",
    "moment": lambda _type, _number: "2021-03-05 09:30",
    "date": lambda _type, _number: "2021-03-05",
    "month": lambda _type, _number: "2021-03",
    "flag": lambda _type, _number: "true",
    "code": _choice,
    "phone": lambda _type, number: f"138{number:08d}",
    "id_number": lambda _type, number: id_number(number),
    "credit_code": lambda _type, number: credit_code(number),
    "email": lambda _type, number: f"someone{number}@example.com",
}
"""Key of a field type → what somebody could type."""


def typed(column: Column, number: int) -> str:
    """What somebody could type into a column that is neither link nor place."""
    type_: Any = column.type
    if type_.key == "text":
        return f"{column.label}样{person_name(number)}"[-type_.length :]
    return MAKERS[type_.key](type_, number)


class ValueMaker:
    """Makes values for rows of one community; remembers the rows it had to make for links."""

    def __init__(self, actor: Actor, *, area: str, today: date, start: int = 0) -> None:
        self.actor, self.area, self.today = actor, area, today
        self.number = start
        self.made: dict[str, int] = {}

    def values(self, reg: Register, **given: Any) -> dict[str, Any]:
        """Typed values of every editable column but those given, lines as lists of one line."""
        self.number += 1
        number = self.number
        found: dict[str, Any] = {}
        for column in reg.columns:
            if not column.is_editable or column.name in given:
                continue
            if column.kind == "place":
                found[column.name] = self.area
            elif column.kind == "link":
                wanted = OVERRIDES.get(reg.name, {}).get(column.name)
                if (reg.name, column.name) in FRESH:
                    self.made.pop(column.target, None)
                found[column.name] = str(self.target(column.target)) if wanted is None else wanted
            elif (reg.name, column.name) in OWN_DAYS:
                found[column.name] = (date(2021, 3, 5) + timedelta(days=number)).isoformat()
            elif (reg.name, column.name) in OWN_MONTHS:
                found[column.name] = f"{1995 + number // 12 % 25}-{number % 12 + 1:02}"
            elif column.kind == "lines":
                found[column.name] = [{part.name: typed(part, number) for part in lines.child_columns(column)}]
            else:
                found[column.name] = typed(column, number)
        if "id_number" in found:
            birth = date(1960, 1, 1) + timedelta(days=number)
            found |= {name: text for name, text in (("sex", "1"), ("born_on", birth.isoformat())) if name in found}
        return found | OVERRIDES.get(reg.name, {}) | given

    def target(self, name: str) -> int:
        """The id of a row of another register, made when there is none yet."""
        if name not in self.made:
            self.made[name] = self.row(register(name)).id
        return self.made[name]

    def row(self, reg: Register, **changes: Any) -> Any:
        """A saved row."""
        return service.save(reg, None, self.values(reg, **changes), by=self.actor, today=self.today)
