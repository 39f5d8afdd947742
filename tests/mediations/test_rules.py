"""Rules of mediation without app and database: the thirteen items, levels, and what an agreement must hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields.codes import code_list
from app.lowcode.flow.shipped import read_shipped
from app.mediations import rules
from app.mediations.rules import Facts
from reports.contents import mediation
from reports.document import Paragraph, Space

TODAY = date(2026, 11, 22)
AGREED = {
    "state": "agreed", "agreement_form": "written", "agreed_on": date(2026, 11, 10), "facts": "漏水", "terms": "修好",
    "performance": "当面", "perform_by": date(2026, 12, 1), "mediators": "王调解", "received_on": date(2026, 11, 1),
}  # fmt: skip
facts = st.builds(
    Facts, st.sampled_from(["received", "mediating", "agreed", "failed", "archived"]),
    st.sampled_from([None, "written", "oral"]), st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
present = st.sets(st.sampled_from(sorted(rules.ITEM_NAMES)))


def test_there_are_thirteen_and_six_are_always_needed_once_agreed() -> None:
    assert len(rules.ITEMS) == len(rules.ITEM_NAMES) == 13
    agreed = Facts("agreed", "written", was_agreed=True)
    assert set(rules.required(agreed)) == {"application", "rights", "identity", "record", "agreement", "back"}


@pytest.mark.parametrize(
    ("given_facts", "item"),
    [
        (Facts("mediating", is_entrusted=True), "entrust"), (Facts("agreed", is_performed=True), "performance"),
        (Facts("followed", is_visited=True), "visit"), (Facts("agreed", is_confirmed=True), "confirmation"),
        (Facts("failed"), "statement"), (Facts("archived"), "statement"),
    ],
)  # fmt: skip
def test_what_applies_must_be_there(given_facts: Facts, item: str) -> None:
    assert item in rules.required(given_facts)
    assert item not in rules.required(Facts("mediating"))


def test_what_failed_needs_no_agreement() -> None:
    assert "agreement" not in rules.required(Facts("failed"))
    assert [each.key for each in rules.lacking(Facts("failed"), {"application", "rights", "identity", "record"})] == [
        "statement"
    ]


@given(case=facts, there=present)
def test_every_required_item_has_its_reason_and_gaps_are_what_lacks(case: Facts, there: set[str]) -> None:
    standing = rules.dossier(case, there)
    assert [each.item for each in standing] == list(rules.ITEMS)
    for each in standing:
        assert bool(each.why) == each.is_required
    gaps = {item.key for item in rules.lacking(case, there)}
    assert gaps == set(rules.required(case)) - there - set(rules.UNSIGNED)
    assert rules.lacking(case, there | gaps) == ()


@given(case=facts, there=present, more=present)
def test_more_files_never_make_more_gaps(case: Facts, there: set[str], more: set[str]) -> None:
    assert {i.key for i in rules.lacking(case, there | more)} <= {i.key for i in rules.lacking(case, there)}


def test_up_one_level_at_a_time() -> None:
    assert [rules.level_above(level) for level in rules.LEVELS] == ["grid", "community", "street", None]
    assert rules.level_above(None) == "grid"


@pytest.mark.parametrize("name", sorted(rules.AGREEMENT))
def test_an_agreement_holds_all_its_parts(name: str) -> None:
    assert dict(rules.check(AGREED, TODAY)) == {}
    assert set(dict(rules.check(AGREED | {name: None}, TODAY))) == {name}
    assert dict(rules.check(AGREED | {name: None, "state": "mediating"}, TODAY)) == {}


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"received_on": date(2026, 11, 23)}, "received_on"), ({"agreed_on": date(2026, 10, 1)}, "agreed_on"),
        ({"performed_on": date(2026, 11, 9)}, "performed_on"), ({"confirmed_on": date(2026, 12, 20)}, "confirmed_on"),
        ({"agreed_on": date(2026, 10, 10), "received_on": date(2026, 10, 1), "confirmed_on": date(2026, 11, 20)},
         "confirmed_on"),
        ({"applicant_id": "x", "respondent_id": "x"}, "respondent_id"),
    ],
)  # fmt: skip
def test_days_in_order_and_two_sides(wrong: dict[str, Any], column: str) -> None:
    assert column in dict(rules.check(AGREED | wrong, TODAY))


def test_the_flow_and_the_lists_speak_of_the_same_states() -> None:
    flow = read_shipped("mediation_five_steps")
    assert {state.value for state in flow.states} == {item.code for item in code_list("mediation_state").items}
    sort = flow.action("sort").fields
    assert list(sort[0].choices) == [item.label for item in code_list("dispute_kind").items]
    assert list(sort[1].choices) == [item.label for item in code_list("dispute_level").items]


@pytest.mark.parametrize(
    ("performance", "said"),
    [
        ("当面履行，在社区调解室", "当面履行，在社区调解室。履行期限：2026年12月1日。"),
        ("分两次付清。", "分两次付清。履行期限：2026年12月1日。"),
        ("", "履行期限：2026年12月1日。"),
    ],
)
def test_how_and_until_when_are_two_sentences(performance: str, said: str) -> None:
    case = mediation.Case(
        number="1", name="漏水", body="某调委会", area="桂花社区", applicant=mediation.Side("王一"),
        respondent=mediation.Side("李二"), performance=performance, perform_by=date(2026, 12, 1),
    )  # fmt: skip
    blocks = mediation.agreement(case).blocks
    assert said in [block.text for block in blocks if isinstance(block, Paragraph)]
    assert sum(isinstance(block, Space) for block in blocks) == 2  # facts and terms are still to be written
