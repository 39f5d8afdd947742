"""The kinds of meetings as shipped, and how a district's profile adds to them or changes them.

Sources: 《中国共产党支部工作条例（试行）》 (支部条例), 《中国共产党发展党员工作细则》 (细则),
《中国共产党基层组织选举工作条例》 (选举条例), 城市居民委员会组织法, 《业主大会和业主委员会指导规则》 (指导规则).
条例 says 半数以上 where we count more than half, as 细则第二十一条 puts it; a district that counts half itself says
`is_strict: false` in its profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from app.meetings.rules import Frequency, KindIsWrong, Majority, MeetingKind, Quorum, Share

HALF = Share(1, 2)
TWO_THIRDS = Share(2, 3, is_strict=False)
FOUR_FIFTHS = Share(4, 5, is_strict=False)
BRANCHES = ("branch", "joint_branch", "functional_branch")
WITH_MEMBERS = (*BRANCHES, "general_branch", "committee")
COMMITTEES = ("working_committee", "committee", "general_branch")
FEWEST_FOR_COMMITTEE = 7
"""支部条例第二十条: a branch with fewer full members has no 支委会."""

KINDS: tuple[MeetingKind, ...] = (
    MeetingKind(
        "branch_assembly", "支部党员大会", "organization", "members", "党员", WITH_MEMBERS,
        Quorum(HALF), Majority(HALF), Frequency(1, "quarter"), has_note=True,
        source="支部条例第十一条：有表决权的党员超过半数到会才能表决，赞成的超过应到会有表决权的党员的半数为通过",
    ),
    MeetingKind(
        "branch_committee", "支部委员会会议", "organization", "committee", "委员", (*BRANCHES, "general_branch"),
        Quorum(HALF), Majority(HALF), Frequency(1, "month"), has_note=True, fewest_full_members=FEWEST_FOR_COMMITTEE,
        source="支部条例第十二条",
    ),
    MeetingKind(
        "group_meeting", "党小组会", "organization", "group_members", "党员", ("group",),
        frequency=Frequency(1, "month"), source="支部条例第十三条",
    ),
    MeetingKind(
        "party_lecture", "党课", "organization", "members", "党员", WITH_MEMBERS,
        frequency=Frequency(1, "quarter"), source="支部条例第十五条；每季度一次为通常做法",
    ),
    MeetingKind(
        "theme_day", "主题党日", "organization", "members", "党员", (*WITH_MEMBERS, "group"),
        frequency=Frequency(1, "month"), source="支部条例第十六条",
    ),
    MeetingKind(
        "organization_life", "组织生活会", "organization", "members", "党员", (*WITH_MEMBERS, "group"),
        frequency=Frequency(1, "year"), source="支部条例第十七条：每年至少一次",
    ),
    MeetingKind(
        "members_review", "民主评议党员", "organization", "members", "党员", WITH_MEMBERS,
        Quorum(HALF), Majority(HALF), Frequency(1, "year"), source="支部条例第十八条：每年一次",
    ),
    MeetingKind(
        "election", "选举党员大会", "organization", "members", "党员", WITH_MEMBERS,
        Quorum(FOUR_FIFTHS), Majority(HALF, "present"), has_note=True,
        source="选举条例：到会不少于应到会的五分之四，得票超过到会的半数当选",
    ),
    MeetingKind(
        "committee_meeting", "党委会议", "organization", "committee", "委员", COMMITTEES,
        Quorum(HALF), Majority(HALF), Frequency(1, "month"), has_note=True, source="到会人数按超过半数计",
    ),
    MeetingKind(
        "wide_committee", "大党委会", "organization", "committee_and_units", "成员", COMMITTEES,
        Quorum(HALF), Majority(HALF), Frequency(1, "quarter"), has_note=True, source="西峰区社区大党委每季度一次",
    ),
    MeetingKind(
        "joint_meeting", "党建联席会", "area", "units", "单位",
        quorum=Quorum(HALF), majority=Majority(HALF), frequency=Frequency(1, "quarter"), has_note=True,
        source="乾安县党建联盟每季度一次全体会议",
    ),
    MeetingKind(
        "residents_council", "居民议事会", "area", "council", "成员",
        quorum=Quorum(TWO_THIRDS), majority=Majority(HALF), frequency=Frequency(1, "half"), has_note=True,
        source="议事会章程通行写法：三分之二以上成员到会，全体成员过半数通过，每年至少两次",
    ),
    MeetingKind(
        "residents_assembly", "居民代表会议", "area", "deputies", "代表",
        quorum=Quorum(HALF), majority=Majority(HALF, "present"), frequency=Frequency(1, "year"), has_note=True,
        source="城市居民委员会组织法第十条：过半数出席，出席的过半数通过",
    ),
    MeetingKind(
        "owners_committee", "业委会会议", "compound", "owners_committee", "委员",
        quorum=Quorum(HALF), majority=Majority(HALF), frequency=Frequency(1, "half"), has_note=True,
        source="指导规则：过半数委员出席，全体委员过半数同意",
    ),
    MeetingKind(
        "owners_assembly", "业主大会", "compound", "owners_committee", "委员", counted_by="owners", has_note=True,
        frequency=Frequency(1, "year"),
        source="民法典第二百七十八条：专有部分面积和人数都占三分之二以上的业主参与表决；"
        "一般事项双过半，筹集维修资金、改建重建、改变共有部分用途经双四分之三以上同意；每年至少一次为通常做法",
    ),
    MeetingKind(
        "grid_meeting", "网格例会", "area", "grid_workers", "网格员", frequency=Frequency(1, "month"),
        source="社区工作安排",
    ),
    MeetingKind(
        "training", "网格员培训", "area", "grid_workers", "网格员", is_training=True, source="街道和社区的培训安排",
    ),
    MeetingKind("work_meeting", "工作会议", "area", "community_workers", "工作人员", has_note=True),
)  # fmt: skip

PEOPLE = tuple(dict.fromkeys(kind.people for kind in KINDS))
"""What those expected are called, for the catalogue of words."""

_NAMES = frozenset(item.name for item in fields(MeetingKind))
_CHOICES = {"per": ("month", "quarter", "half", "year"), "of": ("voters", "expected", "present")}


def kinds_of(section: Mapping[str, Any], *, sources: frozenset[str]) -> tuple[MeetingKind, ...]:
    """The kinds in force: the shipped ones, changed and completed by the profile's section `meetings`.

    `kinds: [{key: residents_council, frequency: {times: 1, per: month}}, …]` and `hidden: [party_lecture]`; a share is
    written `{share: 2/3, is_strict: false, of: voters}`. Raises KindIsWrong in words.
    """
    found = {kind.key: kind for kind in KINDS}
    for entry in section.get("kinds", ()):
        kind = _read(dict(entry), found)
        if kind.expected not in sources:
            raise KindIsWrong(
                f"会议类别“{kind.name}”的应到名单来源 {kind.expected} 不认识，可用：{'、'.join(sorted(sources))}。"
            )
        found[kind.key] = kind
    hidden = set(section.get("hidden", ()))
    unknown = hidden - found.keys()
    if unknown:
        raise KindIsWrong(f"会议类别里没有 {'、'.join(sorted(unknown))}，不能隐藏。")
    return tuple(kind for kind in found.values() if kind.key not in hidden)


def _read(entry: dict[str, Any], known: Mapping[str, MeetingKind]) -> MeetingKind:
    key = str(entry.get("key", ""))
    strange = sorted(set(entry) - _NAMES)
    if not key or strange:
        raise KindIsWrong(f"会议类别 {key or '（没有 key）'} 里不认识 {'、'.join(strange) or 'key 以外的写法'}。")
    values: dict[str, Any] = dict(entry)
    try:
        if "quorum" in values and values["quorum"] is not None:
            values["quorum"] = Quorum(_share(values["quorum"]), _of(values["quorum"], ("voters", "expected")))
        if "majority" in values and values["majority"] is not None:
            values["majority"] = Majority(_share(values["majority"]), _of(values["majority"], ("voters", "present")))
        if values.get("frequency") is not None:
            times, per = int(values["frequency"]["times"]), values["frequency"]["per"]
            if times < 1 or per not in _CHOICES["per"]:
                raise ValueError
            values["frequency"] = Frequency(times, per)
        if "body_kinds" in values:
            values["body_kinds"] = tuple(values["body_kinds"])
        return replace(known[key], **values) if key in known else MeetingKind(**values)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise KindIsWrong(f"会议类别 {key} 的写法不对，请对照 docs 里的样例检查。") from wrong


def _share(entry: Mapping[str, Any]) -> Share:
    numerator, _, denominator = str(entry["share"]).partition("/")
    share = Share(int(numerator), int(denominator), bool(entry.get("is_strict", True)))
    if not 0 < share.numerator <= share.denominator:
        raise ValueError(share)
    return share


def _of(entry: Mapping[str, Any], allowed: tuple[str, ...]) -> Any:
    of = entry.get("of", "voters")
    if of not in allowed:
        raise ValueError(of)
    return of
