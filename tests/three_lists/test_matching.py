"""What fits what and why: examples as people write them, and what must hold for all needs and resources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.three_lists import rules
from app.three_lists.matching import (
    LIKELY,
    SURE,
    NeedFacts,
    ResourceFacts,
    alike,
    best,
    hours_in,
    likeness,
    match,
    shared_words,
)

TODAY = date(2026, 11, 22)
HOME, NEXT_DOOR, STREET = "320505001001", "320505001002", "320505001"
PARKING = NeedFacts("parking", HOME + "001", "夜间停车难 晚上下班后没有地方停车", date(2027, 1, 31), 7)
GARAGE = ResourceFacts("place", HOME, "内部停车场夜间开放 车位35个", "18:00至次日7:30", date(2027, 12, 31))

codes = st.sampled_from([HOME, HOME + "001", HOME + "002", NEXT_DOOR, STREET, "320505", "320505002001"])
words = st.text(alphabet="停车位夜间晚上周末医生老人灯坏修理3，。 ", max_size=30)
days = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
needs = st.builds(NeedFacts, st.sampled_from([None, *rules.FITTING]), codes, words, days, st.sampled_from([None, 1, 2]))
resources = st.builds(
    ResourceFacts, st.sampled_from([None, "place", "people", "money", "service", "odd"]), codes, words, words, days,
    st.booleans(),
)  # fmt: skip


def test_a_good_match_says_why() -> None:
    found = match(PARKING, GARAGE, TODAY)
    assert found.reasons == (
        "这类需求最常用的类型",
        "就在本社区",
        "时间合适（晚上）",
        "都提到“夜间、停车”",
        "期望时限前一直可用",
    )
    assert found.words.count("；") == 4
    assert match(PARKING, replace(GARAGE, kind="goods", area_code=STREET), TODAY).reasons[0] == "上级统筹，本社区可用"


def test_what_speaks_against_it_is_said_too() -> None:
    found = match(PARKING, replace(GARAGE, valid_until=date(2026, 12, 1)), TODAY)
    assert found.against == ("2026-12-01到期，早于期望时限",)
    assert "期望时限前一直可用" not in found.reasons


@pytest.mark.parametrize(
    "gone", [{"valid_until": date(2026, 11, 21)}, {"is_on_offer": False}], ids=["expired", "withdrawn"]
)
def test_what_is_not_on_offer_fits_nothing(gone: dict[str, object]) -> None:
    assert match(PARKING, replace(GARAGE, **gone), TODAY).score == 0  # type: ignore[arg-type]


@given(need=needs, resource=resources)
def test_every_point_has_its_reason(need: NeedFacts, resource: ResourceFacts) -> None:
    found = match(need, resource, TODAY)
    assert 0 <= found.score <= 115
    assert bool(found.score) == bool(found.reasons)
    assert all(reason and not reason.endswith("。") for reason in (*found.reasons, *found.against))
    assert found == match(need, resource, TODAY)


@given(need=needs, resource=resources)
def test_nearer_and_longer_never_fits_worse(need: NeedFacts, resource: ResourceFacts) -> None:
    before = match(need, resource, TODAY).score
    assert match(need, replace(resource, area_code=need.area_code), TODAY).score >= before
    assert match(need, replace(resource, valid_until=None), TODAY).score >= before - 10
    if resource.valid_until is not None:
        later = replace(resource, valid_until=resource.valid_until + timedelta(days=400))
        assert match(need, later, TODAY).score >= before


@given(first=needs, second=needs)
def test_likeness_is_mutual_and_has_a_place(first: NeedFacts, second: NeedFacts) -> None:
    one, other = alike(first, second), alike(second, first)
    assert one.score == other.score
    assert 0.0 <= likeness(first.text, second.text) <= 1.0
    is_near = first.area_code[:12] == second.area_code[:12] or first.compound_id == second.compound_id
    assert one.score == 0 or (one.score >= LIKELY and is_near)
    if first.compound_id and second.compound_id and first.compound_id != second.compound_id:
        assert one.score == 0


@given(text=words, other=words)
def test_shared_words_stand_in_both(text: str, other: str) -> None:
    for word in shared_words(text, other):
        assert word in text
        assert all(word[at : at + 2] in other for at in range(len(word) - 1))


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("晚上下班后楼下没有地方停车", SURE), ("夜里停车难，没地方停车", LIKELY), ("楼道灯坏了半年", 0), ("希望有居民服务", 0)
    ],
)  # fmt: skip
def test_the_same_thing_in_other_words(text: str, score: int) -> None:
    assert (
        (alike(PARKING, replace(PARKING, text=text)).score >= score)
        if score
        else not alike(PARKING, replace(PARKING, text=text)).score
    )
    assert alike(PARKING, replace(PARKING, text=text, compound_id=8)).score == 0


def test_another_kind_counts_less() -> None:
    same, other = alike(PARKING, PARKING), alike(PARKING, replace(PARKING, kind="facility"))
    assert same.reasons == ("同一小区", "100% 的用词相同", "类别相同")
    assert other.score == same.score - 25


def test_the_best_come_first_and_the_rest_are_left_out() -> None:
    fits = [(3, match(PARKING, replace(GARAGE, kind=None), TODAY)), (2, match(PARKING, GARAGE, TODAY)),
            (1, match(PARKING, replace(GARAGE, is_on_offer=False), TODAY)), (4, match(PARKING, GARAGE, TODAY))]  # fmt: skip
    assert [id_ for id_, _found in best(fits, most=5)] == [2, 4, 3]
    assert [id_ for id_, _found in best(fits, most=1)] == [2]


def test_hours_as_people_write_them() -> None:
    assert hours_in("工作日晚上、周六全天") == ("晚上", "白天", "周末")
    assert hours_in("提前三天预约") == ()
