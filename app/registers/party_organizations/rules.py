"""Rules of party organisations: what stands below what, who has a secretary and a term, how many members a form needs.

Sources: 党章第五章, 《中国共产党支部工作条例（试行）》第五条、第二十条, 《党的基层组织任期的意见》.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.registers import terms
from app.registers.rules import Finding, not_ahead

COMMITTEES = ("working_committee", "committee")
BRANCHES = ("branch", "joint_branch", "functional_branch")
ELECTED = ("committee", "general_branch", *BRANCHES)
"""Kinds with an elected secretary and a term."""
WITH_SECRETARY = ("working_committee", *ELECTED)
BELOW_BRANCH = ("group", "household")
"""党小组 and 党员中心户 have neither secretary nor term."""

_RANK = {
    "working_committee": 0, "committee": 1, "general_branch": 2, "branch": 3, "joint_branch": 3,
    "functional_branch": 3, "group": 4, "household": 5,
}  # fmt: skip

FEWEST_TO_FOUND = 3
"""支部工作条例第五条: three full members or more."""
FEWEST_FOR_COMMITTEE = 7
"""支部工作条例第二十条: with seven full members or more a branch elects a 支委会."""
MOST_OF_BRANCH = 50
MOST_OF_GENERAL_BRANCH = 100
"""支部工作条例第五条: 50 and 100 full members are the sizes from which a 总支 and a 党委 are set up."""


def may_stand_below(kind: str, parent_kind: str) -> bool:
    """Whether an organisation may have that kind above it. A 党委 may stand below a 党委 (区直 above 社区)."""
    if kind == parent_kind:
        return kind == "committee"
    return _RANK[parent_kind] < _RANK[kind]


def check(values: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """Secretary, term and days of one organisation."""
    yield from not_ahead(values, today, founded_on="成立日期", elected_on="换届日期")
    yield from terms.days_in_order(values)
    kind = values.get("kind")
    if kind in BELOW_BRANCH:
        name = "党小组" if kind == "group" else "党员中心户"
        for column, label in (
            ("secretary", "书记"), ("deputy_secretary", "副书记"), ("elected_on", "换届日期"),
            ("term_ends_on", "届满日期"), ("term_years", "任期"),
        ):  # fmt: skip
            if values.get(column):
                yield column, f"{name}不设{label}，请清空这一栏。"
        if kind == "household" and values.get("may_issue_papers"):
            yield "may_issue_papers", "党员中心户不能发文，请选“否”。"
    elif values.get("leader"):
        yield "leader", "只有党小组和党员中心户填“组长或户主”，党组织请填“书记”。"


def doubts(kind: str, *, full_members: int, has_committee: bool) -> list[str]:
    """What is unusual about the number of full members, in words; the office decides."""
    found = []
    if kind in BRANCHES and full_members < FEWEST_TO_FOUND:
        found.append(f"正式党员只有 {full_members} 名，成立支部要有 {FEWEST_TO_FOUND} 名以上，可以考虑联合支部。")
    if kind in BRANCHES and full_members >= FEWEST_FOR_COMMITTEE and not has_committee:
        found.append(f"正式党员有 {full_members} 名，满 {FEWEST_FOR_COMMITTEE} 名应设支部委员会，这里还没有登记委员。")
    if kind in BRANCHES and has_committee and full_members < FEWEST_FOR_COMMITTEE:
        found.append(
            f"正式党员只有 {full_members} 名，不满 {FEWEST_FOR_COMMITTEE} 名设书记，必要时设副书记，不设委员会。"
        )
    if kind in BRANCHES and full_members > MOST_OF_BRANCH:
        found.append(f"正式党员有 {full_members} 名，超过 {MOST_OF_BRANCH} 名，可以报批成立党总支。")
    if kind == "general_branch" and full_members > MOST_OF_GENERAL_BRANCH:
        found.append(f"正式党员有 {full_members} 名，超过 {MOST_OF_GENERAL_BRANCH} 名，可以报批成立党委。")
    return found
