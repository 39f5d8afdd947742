"""Rules of residents: relation to the head, 人户 states, and which movement leads to which state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.registers.rules import Finding, age_at, agrees_with_id, in_order, not_ahead

YOUNGEST_MARRIED = 20
"""民法典第一千零四十七条: women from 20, men from 22; younger is a slip of the pen."""

LOCAL_KINDS = ("together", "away")
"""户在人在, 户在人不在: on the household register of this place."""
FLOATING_KINDS = ("without_household", "bought", "renting", "borrowing")
"""Living here with the household register elsewhere."""
ABSENT_STATES = ("moved_out", "deceased")

STATES = {
    "move_in": "present", "birth": "present", "marry_in": "present", "come_back": "present",
    "split": "present", "merge": "present",
    "go_out": "away", "move_out": "moved_out", "marry_out": "moved_out", "death": "deceased",
}  # fmt: skip
"""Movement → the column 人员状态."""


def check(values: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """One resident's days, ID number and family."""
    yield from not_ahead(values, today, born_on="出生日期")
    yield from agrees_with_id(values)
    yield from in_order(values, "moved_in_on", "left_on", labels=("入住时间", "离开时间"))
    age = age_at(values, today)
    if age is not None and age < YOUNGEST_MARRIED and (values.get("marriage") or "10")[0] in "234":
        yield "marriage", f"才 {age} 周岁，婚姻状况请核对。"
    if values.get("living_kind") == "vacant":
        yield "living_kind", "“空房”是房子的情况，这里登记的是人，请改选。"


def state_after(kinds: Iterable[str], otherwise: str | None) -> str | None:
    """The state after movements in their order; `otherwise` where none of them says anything."""
    found = [STATES[kind] for kind in kinds if kind in STATES]
    return found[-1] if found else otherwise


@dataclass(frozen=True, slots=True)
class Population:
    """People of an area by what ties them to it."""

    local: int = 0
    """户籍人口: together and away."""
    local_present: int = 0
    floating: int = 0
    """流动人口: living here, registered elsewhere."""
    unknown: int = 0

    @property
    def living_here(self) -> int:
        """常住: the local ones present, and the floating."""
        return self.local_present + self.floating + self.unknown


def population_of(counts: Mapping[tuple[str | None, str | None], int]) -> Population:
    """Out of (居住类型, 人员状态) → number; who moved out or died does not count."""
    local = present = floating = unknown = 0
    for (living, state), number in counts.items():
        if state in ABSENT_STATES:
            continue
        if living in LOCAL_KINDS:
            local += number
            present += number if living == "together" and state != "away" else 0
        elif living in FLOATING_KINDS:
            floating += number
        else:
            unknown += number
    return Population(local, present, floating, unknown)
