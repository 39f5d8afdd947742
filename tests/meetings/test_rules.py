"""Quorums, majorities, ballots, frequencies: the numbers of the field, and the reasons in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meetings import rules
from app.meetings.default_kinds import KINDS, kinds_of
from app.meetings.rules import Ballot, Frequency, KindIsWrong, Mark, MeetingKind, Share, Tally

BY_KEY = {kind.key: kind for kind in KINDS}
ASSEMBLY, ELECTION, COUNCIL = BY_KEY["branch_assembly"], BY_KEY["election"], BY_KEY["residents_council"]
SOURCES = frozenset(kind.expected for kind in KINDS)


def _tally(voters_due: int, voters_present: int, *, due: int | None = None) -> Tally:
    return Tally(due=due or voters_due, present=voters_present, voters_due=voters_due, voters_present=voters_present)


@pytest.mark.parametrize(
    ("share", "whole", "least"),
    [
        (Share(2, 3, is_strict=False), 20, 14),
        (Share(2, 3, is_strict=False), 21, 14),
        (Share(2, 3, is_strict=False), 1, 1),
        (Share(1, 2), 12, 7),
        (Share(1, 2), 13, 7),
        (Share(1, 2), 1, 1),
        (Share(1, 2, is_strict=False), 12, 6),
        (Share(4, 5, is_strict=False), 10, 8),
        (Share(4, 5, is_strict=False), 11, 9),
        (Share(4, 5, is_strict=False), 0, 1),
    ],
)
def test_the_least_number_that_is_enough(share: Share, whole: int, least: int) -> None:
    assert share.least(whole) == least


@given(st.integers(1, 500), st.sampled_from([(1, 2), (2, 3), (3, 4), (4, 5)]), st.booleans())
def test_least_is_enough_and_one_less_is_not(whole: int, fraction: tuple[int, int], is_strict: bool) -> None:
    top, bottom = fraction
    least = Share(top, bottom, is_strict).least(whole)

    def is_enough(number: int) -> bool:
        return number * bottom > whole * top if is_strict else number * bottom >= whole * top

    assert is_enough(least)
    assert not is_enough(least - 1)


def test_two_thirds_of_twenty_are_fourteen() -> None:
    assert not rules.quorum_finding(COUNCIL, _tally(20, 13)).is_met
    found = rules.quorum_finding(COUNCIL, _tally(20, 14))
    assert found.is_met
    assert found.needed == 14
    assert "不少于三分之二" in found.rule
    assert "还差 1 人" in rules.quorum_finding(COUNCIL, _tally(20, 13)).sentence


def test_a_party_assembly_needs_more_than_half() -> None:
    assert not rules.quorum_finding(ASSEMBLY, _tally(12, 6)).is_met
    assert rules.quorum_finding(ASSEMBLY, _tally(12, 7)).is_met
    assert rules.quorum_finding(ELECTION, _tally(10, 8)).is_met
    assert not rules.quorum_finding(ELECTION, _tally(10, 7)).is_met


def test_nobody_expected_is_never_a_quorum() -> None:
    found = rules.quorum_finding(ASSEMBLY, Tally())
    assert not found.is_met
    assert "名册" in found.sentence


def test_probationary_members_come_but_do_not_vote() -> None:
    marks = [Mark(f"党员{n}", "present", has_vote=True) for n in range(6)]
    marks += [Mark("预备一", "present"), Mark("预备二", "leave", reason="因公出差")]
    marks += [Mark("病人", "excluded", has_vote=True, reason="长期患病"), Mark("街道来人", "observer", has_vote=True)]
    count = rules.tally(marks)
    assert (count.due, count.present, count.voters_due, count.voters_present) == (8, 7, 6, 6)
    assert (count.leave, count.excluded, count.observers) == (1, 1, 1)


def test_votes_cannot_exceed_those_present() -> None:
    count = _tally(12, 8, due=14)
    assert rules.ballot_errors(ASSEMBLY, count, Ballot(7, 1, 0)) == []
    (sentence,) = rules.ballot_errors(ASSEMBLY, count, Ballot(7, 1, 1))
    assert "票数合计 9" in sentence
    assert "8 人还多" in sentence


def test_no_vote_without_a_quorum_and_none_where_nothing_is_voted() -> None:
    (sentence,) = rules.ballot_errors(ASSEMBLY, _tally(12, 6), Ballot(6, 0, 0))
    assert "还差 1 人" in sentence
    assert "不进行表决" in rules.ballot_errors(BY_KEY["party_lecture"], _tally(12, 12), Ballot(1, 0, 0))[0]
    assert rules.ballot_errors(ASSEMBLY, _tally(12, 8), Ballot(0, 0, 0)) == ["同意、反对、弃权都是 0，请填写票数。"]
    assert rules.ballot_errors(ASSEMBLY, _tally(12, 8), Ballot(-1, 2, 0)) == ["票数不能小于 0。"]


def test_a_motion_needs_more_than_half_of_all_expected_voters() -> None:
    count = _tally(12, 8)
    assert not rules.outcome(ASSEMBLY, count, Ballot(6, 1, 1)).is_met
    passed = rules.outcome(ASSEMBLY, count, Ballot(7, 1, 0))
    assert passed.is_met
    assert "至少要 7 票" in passed.sentence
    assert rules.outcome(ELECTION, _tally(10, 8), Ballot(5, 3, 0)).is_met, "an election counts those present"
    with pytest.raises(ValueError, match="does not vote"):
        rules.outcome(BY_KEY["grid_meeting"], count, Ballot(1, 0, 0))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_what_stands_never_has_more_votes_than_voters(due: int, present: int, yes: int, no: int, none: int) -> None:
    present = min(due, present)
    count, ballot = _tally(due, present), Ballot(yes, no, none)
    for kind in (ASSEMBLY, ELECTION, COUNCIL):
        if not rules.ballot_errors(kind, count, ballot):
            assert 0 < ballot.total <= present <= due
            assert not rules.outcome(kind, count, Ballot(0, no, none)).is_met


def test_leave_and_exclusion_need_a_reason() -> None:
    found = rules.mark_errors(
        {"1": Mark("甲", "leave"), "2": Mark("乙", "excluded", reason=" "), "3": Mark("丙", "absent"),
         "4": Mark("丁", "leave", reason="住院"), "5": Mark("戊", "dancing")}
    )  # fmt: skip
    assert set(found) == {"1", "2", "5"}
    assert "请写明原因" in found["1"]


def _obstacles(marks: list[Mark], *, held_on: date = date(2026, 11, 10), **changes: object) -> list[str]:
    values: dict = {"has_topics": True, "host": "甲", "recorder": "乙"} | changes
    return rules.lock_obstacles(ASSEMBLY, marks, [], held_on=held_on, today=date(2026, 11, 22), **values)


def test_what_stands_in_the_way_of_final_minutes() -> None:
    good = [Mark("甲", "present", has_vote=True)]
    assert _obstacles(good) == []
    assert "还没有开" in _obstacles(good, held_on=date(2026, 11, 23))[0]
    assert "1 人没有点名" in _obstacles([*good, Mark("乙", "pending")])[0]
    assert "没有一个人出席" in _obstacles([Mark("乙", "absent")])[0]
    assert "议题" in _obstacles(good, has_topics=False)[0]
    assert "主持人" in _obstacles(good, host="")[0]
    late = rules.lock_obstacles(
        ASSEMBLY, good, [("接收预备党员", Ballot(2, 0, 0))], held_on=date(2026, 11, 10), today=date(2026, 11, 22),
        has_topics=True, host="甲", recorder="乙",
    )  # fmt: skip
    assert any("接收预备党员" in sentence and "还多" in sentence for sentence in late)


def test_the_shipped_kinds_are_sound() -> None:
    assert len(BY_KEY) == len(KINDS)
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        assert kind.majority is None or kind.quorum is not None, f"{kind.name} votes without a quorum"
    wanted = {
        "支部党员大会",
        "支部委员会会议",
        "党小组会",
        "党课",
        "主题党日",
        "组织生活会",
        "民主评议党员",
        "居民议事会",
        "党建联席会",
    }
    assert wanted <= {kind.name for kind in KINDS}


def test_a_profile_changes_adds_and_hides_kinds() -> None:
    section = {
        "kinds": [
            {"key": "residents_council", "name": "百姓说事", "frequency": {"times": 1, "per": "month"}},
            {"key": "yard", "name": "院坝会", "body": "area", "expected": "council",
             "quorum": {"share": "1/2", "is_strict": False}, "majority": {"share": "3/4", "of": "present"}},
        ],
        "hidden": ["party_lecture"],
    }  # fmt: skip
    kinds = {kind.key: kind for kind in kinds_of(section, sources=SOURCES)}
    assert "party_lecture" not in kinds
    assert kinds["residents_council"].name == "百姓说事"
    assert kinds["residents_council"].quorum == COUNCIL.quorum
    assert kinds["residents_council"].frequency == Frequency(1, "month")
    assert kinds["yard"].quorum.share.least(12) == 6
    assert kinds["yard"].majority.of == "present"


@pytest.mark.parametrize(
    "section",
    [
        {"kinds": [{"name": "没有代号"}]},
        {"kinds": [{"key": "x", "name": "院坝会", "body": "area", "expected": "nobody"}]},
        {"kinds": [{"key": "branch_assembly", "quorum": {"share": "3/2"}}]},
        {"kinds": [{"key": "branch_assembly", "quorum": {"share": "1/2", "of": "present"}}]},
        {"kinds": [{"key": "branch_assembly", "frequency": {"times": 1, "per": "fortnight"}}]},
        {"kinds": [{"key": "branch_assembly", "colour": "red"}]},
        {"kinds": [{"key": "new_one"}]},
        {"hidden": ["no_such_kind"]},
    ],
)
def test_a_wrong_profile_is_refused_in_words(section: dict) -> None:
    with pytest.raises(KindIsWrong, match="会议类别"):
        kinds_of(section, sources=SOURCES)


def test_sentences_speak_of_units_as_units() -> None:
    kind: MeetingKind = BY_KEY["joint_meeting"]
    assert "家" in rules.quorum_finding(kind, _tally(9, 5)).sentence
