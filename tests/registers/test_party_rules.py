"""Rules of organisations, members, movements and dues, by the texts they come from."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields.codes import code_list
from app.registers.party_dues import rules as dues
from app.registers.party_members import rules as members
from app.registers.party_members.rules import Move, Standing, balance_of
from app.registers.party_movements.rules import check as check_movement_row
from app.registers.party_organizations import rules as organizations

TODAY = date(2026, 11, 22)
LABELS = dict(code_list("member_movement").choices())


def test_groups_and_households_have_neither_secretary_nor_term() -> None:
    wrong = {"kind": "group", "secretary": "张国安", "term_ends_on": date(2030, 1, 1)}
    assert {name for name, _ in organizations.check(wrong, TODAY)} == {"secretary", "term_ends_on"}
    assert list(organizations.check({"kind": "household", "leader": "张国安"}, TODAY)) == []
    assert dict(organizations.check({"kind": "branch", "leader": "张国安"}, TODAY)).keys() == {"leader"}
    assert dict(organizations.check({"kind": "household", "may_issue_papers": True}, TODAY)).keys() == {
        "may_issue_papers"
    }


@pytest.mark.parametrize(
    ("kind", "parent", "may"),
    [
        ("branch", "committee", True),
        ("committee", "committee", True),
        ("branch", "branch", False),
        ("joint_branch", "branch", False),
        ("committee", "branch", False),
        ("household", "branch", True),
        ("household", "group", True),
        ("group", "household", False),
        ("general_branch", "working_committee", True),
    ],
)
def test_what_stands_below_what(kind: str, parent: str, may: bool) -> None:
    assert organizations.may_stand_below(kind, parent) is may


@pytest.mark.parametrize(
    ("kind", "full", "committee", "words"),
    [
        ("branch", 2, False, "3 名以上"),
        ("branch", 3, False, None),
        ("branch", 6, False, None),
        ("branch", 7, False, "满 7 名"),
        ("branch", 7, True, None),
        ("branch", 6, True, "不设委员会"),
        ("branch", 50, True, None),
        ("branch", 51, True, "党总支"),
        ("general_branch", 100, True, None),
        ("general_branch", 101, True, "党委"),
    ],
)
def test_sizes_of_branches(kind: str, full: int, committee: bool, words: str | None) -> None:
    found = organizations.doubts(kind, full_members=full, has_committee=committee)
    assert (found == []) if words is None else (len(found) == 1 and words in found[0])


def test_every_kind_of_organisation_has_a_rank() -> None:
    for kind, _label in code_list("party_organization_kind").choices():
        organizations.may_stand_below(kind, "working_committee")


@pytest.mark.parametrize(
    ("born", "joined", "is_right"),
    [
        (date(1990, 7, 1), date(2008, 7, 1), True),
        (date(1990, 7, 2), date(2008, 7, 1), False),
        (date(2009, 1, 1), date(2008, 7, 1), False),
    ],
)
def test_nobody_joins_before_eighteen(born: date, joined: date, is_right: bool) -> None:
    found = dict(members.check({"born_on": born, "joined_on": joined}, TODAY))
    assert ("joined_on" not in found) is is_right


def test_the_age_comes_from_the_id_number_too() -> None:
    found = dict(members.check({"id_number": "11010519491231002X", "joined_on": date(1967, 1, 1)}, TODAY))
    assert "joined_on" in found


@pytest.mark.parametrize(("confirmed", "is_right"), [(date(2009, 7, 1), True), (date(2009, 6, 30), False)])
def test_confirmation_comes_a_year_later(confirmed: date, is_right: bool) -> None:
    values = {"born_on": date(1980, 1, 1), "joined_on": date(2008, 7, 1), "confirmed_on": confirmed, "kind": "full"}
    assert ("confirmed_on" not in dict(members.check(values, TODAY))) is is_right


def test_days_ask_for_one_another() -> None:
    assert "born_on" in dict(members.check({"joined_on": date(2008, 7, 1)}, TODAY))
    assert "joined_on" in dict(members.check({"confirmed_on": date(2008, 7, 1)}, TODAY))


def test_the_probationary_have_no_vote_and_no_post() -> None:
    assert not members.may_vote("probationary", None, TODAY)
    assert not members.may_vote(None, None, TODAY)
    assert members.may_vote("full", date(2026, 11, 22), TODAY)
    assert not members.may_vote("full", date(2026, 11, 23), TODAY)
    assert "post" in dict(members.check({"kind": "probationary", "post": "secretary"}, TODAY))


def test_party_age_counts_from_confirmation() -> None:
    assert members.party_age_on("full", date(2016, 11, 22), TODAY) == 10
    assert members.party_age_on("full", date(2016, 11, 23), TODAY) == 9
    assert members.party_age_on("probationary", None, TODAY) is None


def test_probation_is_one_year_or_two() -> None:
    assert members.probation_ends_on("probationary", date(2025, 7, 1)) == date(2026, 7, 1)
    assert members.probation_ends_on("probationary", date(2025, 7, 1), is_extended=True) == date(2027, 7, 1)
    assert members.probation_ends_on("full", date(2025, 7, 1)) is None


def test_every_movement_belongs_to_some_roster() -> None:
    known = {kind for effects in members.EFFECTS.values() for kind in effects}
    assert known == set(LABELS)


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("transfer_in", "transfer_out", "transfer_in"), ""),
        (("transfer_out", "transfer_out"), "已经离册"),
        (("transfer_in", "admitted"), "已经在册"),
        (("deceased", "floating_out"), "已经不在册"),
        (("report_in",), "没有“报到”"),
    ],
)
def test_movements_must_make_sense_together(kinds: tuple[str, ...], words: str) -> None:
    moves = [Move(date(2026, 1, day), day, kind) for day, kind in enumerate(kinds, 1)]
    found = members.check_movement("registered", "张国安", moves, LABELS)
    assert (found == "") if not words else words in found


def test_a_member_without_movements_stands_by_his_days() -> None:
    assert Standing("registered").is_in(TODAY)
    assert not Standing("registered", entered_on=date(2026, 12, 1)).is_in(TODAY)
    assert not Standing("registered", left_on=TODAY).is_in(TODAY)
    assert not Standing("registered", (Move(date(2026, 12, 1), 1, "transfer_in"),)).is_in(TODAY)
    assert Standing("registered", (Move(date(2026, 12, 1), 1, "transfer_out"),)).is_in(TODAY)


@st.composite
def histories(draw: st.DrawFn) -> Standing:
    """A member of some roster with movements the service would have taken."""
    roster = draw(st.sampled_from(members.ROSTERS))
    days = draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=6))
    moves: list[Move] = []
    for number, day in enumerate(sorted(days)):
        kind = draw(st.sampled_from(sorted(members.EFFECTS[roster])))
        tried = [*moves, Move(day, number, kind)]
        if not members.check_movement(roster, "某", tried, LABELS):
            moves = tried
    return Standing(roster, tuple(moves))


@given(st.lists(histories(), max_size=12), st.integers(1, 12))
def test_every_month_balances(people: list[Standing], month: int) -> None:
    first = date(2026, month, 1)
    last = date(2026 + month // 12, month % 12 + 1, 1).toordinal() - 1
    for roster in members.ROSTERS:
        found = balance_of(roster, people, first=first, last=date.fromordinal(last))
        assert found.unexplained == 0
        assert found.opening + found.increase - found.decrease == found.closing


@given(st.lists(histories(), max_size=12))
def test_each_closing_is_the_next_opening(people: list[Standing]) -> None:
    spring = balance_of("registered", people, first=date(2026, 1, 1), last=date(2026, 3, 31))
    summer = balance_of("registered", people, first=date(2026, 4, 1), last=date(2026, 6, 30))
    assert spring.closing == summer.opening


def test_a_coming_without_a_movement_is_named() -> None:
    found = balance_of(
        "registered", [Standing("registered", entered_on=date(2026, 11, 5))],
        first=date(2026, 11, 1), last=date(2026, 11, 30),
    )  # fmt: skip
    assert (found.opening, found.closing, found.unexplained) == (0, 1, 1)


@pytest.mark.parametrize(
    ("due", "received", "today", "state"),
    [
        (None, None, date(2026, 11, 1), "awaited"),
        (None, None, date(2026, 11, 2), "overdue"),
        (date(2026, 11, 10), None, date(2026, 11, 10), "awaited"),
        (None, date(2026, 12, 24), date(2026, 12, 25), "received"),
    ],
)
def test_receipts(due: date | None, received: date | None, today: date, state: str) -> None:
    assert members.receipt_state("transfer_out", date(2026, 10, 2), due, received, today) == state


def test_only_letters_have_receipts() -> None:
    assert members.receipt_state("deceased", TODAY, None, None, TODAY) == ""
    assert "received_on" in dict(check_movement_row({"kind": "deceased", "received_on": TODAY}, TODAY))


def months(*paid: bool) -> list[dues.DuesMonth]:
    """Months of 2026 from January on."""
    return [dues.DuesMonth(date(2026, number, 1), is_due=True, is_paid=flag) for number, flag in enumerate(paid, 1)]


def test_arrears_leave_the_running_month_out() -> None:
    assert dues.arrears(months(True, False, True, False), date(2026, 4, 30)) == [date(2026, 2, 1)]
    assert dues.arrears([dues.DuesMonth(date(2026, 1, 1), is_due=False, is_paid=False)], TODAY) == []


def test_six_months_in_a_row_are_serious() -> None:
    unpaid = [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 3, 1)]
    assert dues.longest_row(unpaid) == 3
    assert dues.longest_row([]) == 0


def test_paid_to_stops_at_the_first_gap() -> None:
    assert dues.paid_to(months(True, True, False, True)) == date(2026, 2, 1)
    assert dues.paid_to(months(False, True)) is None
