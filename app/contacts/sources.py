"""Which registers know whom to call: the person, the telephone, the post and the unit of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app import clock
from app.fields.codes import code_list
from app.lowcode.register import register

Say = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Source:
    """One register. `unit` '' means the area the row lies in; `needs` are attributes one of which must be filled."""

    register: str
    person: Say
    post: Say
    phone: str = "phone"
    unit: Say = lambda _row: ""
    needs: tuple[str, ...] = ("name",)


def _code(list_name: str, attribute: str) -> Say:
    def label(row: Any) -> str:
        value = getattr(row, attribute)
        return code_list(list_name).label_of(value) if value else ""

    return label


def _named(row: Any) -> str:
    return row.name or ""


def _director(row: Any) -> str:
    return register("owners_committees").column("director").get(row, today=clock.today()) or ""


SOURCES: tuple[Source, ...] = (
    Source("community_workers", _named, _code("community_post", "post")),
    Source("grid_workers", _named, _code("grid_post", "post")),
    Source(
        "party_organizations", lambda row: row.secretary or row.leader or "", lambda row: "书记" if row.secretary else "负责人",
        unit=_named, needs=("secretary", "leader"),
    ),
    Source("building_heads", _named, _code("building_post", "post")),
    Source(
        "property_companies", lambda row: row.manager or "", lambda _row: "项目经理", phone="manager_phone", unit=_named,
        needs=("manager",),
    ),
    Source("owners_committees", _director, lambda _row: "主任", unit=_named),
    Source(
        "units", lambda row: row.contact or row.head or "", lambda row: "联系人" if row.contact else "负责人", unit=_named,
        needs=("contact", "head"),
    ),
)  # fmt: skip
"""In the order offices look for them."""


def source(name: str) -> Source | None:
    """The source of a register; None where there is none of that name."""
    return next((each for each in SOURCES if each.register == name), None)
