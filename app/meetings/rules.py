"""Rules of meetings: who has a vote, when enough have come, when a motion is carried, how often a meeting is due.

Every answer carries its reason in words. Nothing here reads a database or a clock. The sources of the numbers stand
beside each kind in `default_kinds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from app.fields.sentence import Sentence

Body = Literal["organization", "compound", "area"]
"""Who holds a meeting: a party organisation, a 小区, or the area itself (社区, 网格)."""
QuorumOf = Literal["voters", "expected"]
MajorityOf = Literal["voters", "present"]
CountedBy = Literal["heads", "owners"]
"""What a vote counts: heads of those present, or owners together with their square metres (业主大会)."""
Number = int | Decimal
Per = Literal["month", "quarter", "half", "year"]
Status = Literal["pending", "present", "leave", "absent", "excluded", "observer"]
STATUSES: tuple[tuple[Status, str], ...] = (
    ("pending", "未点名"),
    ("present", "出席"),
    ("leave", "请假"),
    ("absent", "缺席"),
    ("excluded", "不计入应到"),
    ("observer", "列席"),
)
NEEDS_REASON: frozenset[str] = frozenset({"leave", "excluded"})
"""请假 and 不计入应到 without a reason prove nothing."""

LEAVE_REASONS = ("因公出差", "生病住院", "照顾家人", "外出务工", "值班走不开")
EXCLUSION_REASONS = (
    "长期患病，不能参加会议", "年老体弱，生活不能自理", "出国出境半年以上", "在外学习、工作半年以上",
    "离退休后回原籍或异地长期居住", "正在服刑",
)  # fmt: skip
"""Who need not be counted in 应到: in short words after 《中国共产党基层组织选举工作条例》."""

FRACTIONS = {(1, 2): "半数", (2, 3): "三分之二", (3, 4): "四分之三", (4, 5): "五分之四"}
PER_NAMES: dict[Per, str] = {"month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年"}


class KindIsWrong(ValueError):
    """A kind of meeting in a profile cannot be used; the message is a sentence for the office."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole: more than it (`is_strict`) or at least it."""

    numerator: int
    denominator: int
    is_strict: bool = True

    def least(self, whole: int) -> int:
        """The smallest whole number that is enough: more than 1/2 of 12 is 7, at least 2/3 of 20 is 14."""
        product = whole * self.numerator
        if self.is_strict:
            return product // self.denominator + 1
        return max(-(-product // self.denominator), 1)

    @property
    def words(self) -> Sentence:
        """超过半数, 不少于三分之二."""
        known = FRACTIONS.get((self.numerator, self.denominator))
        part = (
            Sentence(known) if known else Sentence("%(whole)s分之%(part)s", whole=self.denominator, part=self.numerator)
        )
        return Sentence("超过%(share)s", share=part) if self.is_strict else Sentence("不少于%(share)s", share=part)

    def is_met_by(self, part: Number, whole: Number) -> bool:
        """Whether a part of the whole is enough; exact, for heads and square metres alike. Nothing is never enough."""
        if whole <= 0:
            return False
        left, right = part * self.denominator, whole * self.numerator
        return left > right if self.is_strict else left >= right


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many must have come: a share of those with a vote, or of all expected."""

    share: Share
    of: QuorumOf = "voters"


@dataclass(frozen=True, slots=True)
class Majority:
    """How many must be in favour: a share of those with a vote that were expected, or that are present."""

    share: Share
    of: MajorityOf = "voters"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a meeting is due: so many times in each month, quarter, half-year or year."""

    times: int
    per: Per

    @property
    def words(self) -> str:
        """每月 1 次."""
        return f"{PER_NAMES[self.per]} {self.times} 次"


@dataclass(frozen=True, slots=True)
class MeetingKind:
    """One kind of meeting with its own rules. `expected` names the source of 应到 (app.meetings.sources)."""

    key: str
    name: str
    body: Body
    expected: str
    people: str = "成员"
    """What those expected are called in sentences: 党员, 委员, 单位."""
    body_kinds: tuple[str, ...] = ()
    """Kinds of party organisations that hold it; () is any."""
    quorum: Quorum | None = None
    majority: Majority | None = None
    frequency: Frequency | None = None
    has_note: bool = False
    """Whether its resolutions may be issued as 会议纪要, by bodies that issue papers."""
    is_training: bool = False
    """Whether it is a training: who was there is told once the minutes are final (`training_attended`)."""
    counted_by: CountedBy = "heads"
    fewest_full_members: int = 0
    """The frequency counts for branches with at least so many full members (支委会)."""
    source: str = ""

    @property
    def may_vote(self) -> bool:
        """Whether anything is put to a vote by heads."""
        return self.majority is not None


@dataclass(frozen=True, slots=True)
class Mark:
    """What counts of one attendee: his status, whether he has a vote, and the reason where one is needed."""

    name: str
    status: str
    has_vote: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of one meeting. `due` is 应到: everyone expected who is not excluded."""

    due: int = 0
    present: int = 0
    leave: int = 0
    absent: int = 0
    pending: int = 0
    excluded: int = 0
    observers: int = 0
    voters_due: int = 0
    voters_present: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a rule is met, with the rule and the finding in words. `needed` and `counted` are heads."""

    is_met: bool
    rule: str
    sentence: str
    needed: int = 0
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one vote brought."""

    in_favour: int
    against: int
    abstained: int

    @property
    def total(self) -> int:
        """All votes cast."""
        return self.in_favour + self.against + self.abstained


def tally(marks: Iterable[Mark]) -> Tally:
    """Count attendees. Excluded ones and observers are in neither 应到 nor the voters."""
    counts = dict.fromkeys(("present", "leave", "absent", "pending", "excluded", "observer"), 0)
    voters_due = voters_present = 0
    for mark in marks:
        counts[mark.status] += 1
        if mark.has_vote and mark.status not in ("excluded", "observer"):
            voters_due += 1
            voters_present += mark.status == "present"
    due = counts["present"] + counts["leave"] + counts["absent"] + counts["pending"]
    return Tally(
        due, counts["present"], counts["leave"], counts["absent"], counts["pending"], counts["excluded"],
        counts["observer"], voters_due, voters_present,
    )  # fmt: skip


QUORUM_TOLD = {
    (False, True): "应到%(who)s %(due)s 人，至少要到 %(needed)s 人；已到 %(came)s 人，达到要求。",
    (False, False): "应到%(who)s %(due)s 人，至少要到 %(needed)s 人；已到 %(came)s 人，还差 %(missing)s 人。",
    (True, True): "应到%(who)s %(due)s 家，至少要到 %(needed)s 家；已到 %(came)s 家，达到要求。",
    (True, False): "应到%(who)s %(due)s 家，至少要到 %(needed)s 家；已到 %(came)s 家，还差 %(missing)s 家。",
}
"""(Whether units are counted, whether enough have come) → how it is said."""


def quorum_finding(kind: MeetingKind, count: Tally) -> Finding:
    """Whether enough have come. A kind without a quorum is always met; nobody expected never is."""
    name, people = Sentence(kind.name), Sentence(kind.people)
    if kind.quorum is None:
        there = Sentence("应到 %(due)s 人，实到 %(present)s 人。", due=count.due, present=count.present)
        return Finding(True, Sentence("%(kind)s没有到会人数的要求。", kind=name), there)
    by_vote = kind.quorum.of == "voters"
    whole, came = (count.voters_due, count.voters_present) if by_vote else (count.due, count.present)
    who = Sentence("有表决权的%(people)s", people=people) if by_vote else people
    rule = Sentence("%(kind)s要有%(share)s的%(who)s到会。", kind=name, share=kind.quorum.share.words, who=who)
    if whole == 0:
        return Finding(False, rule, Sentence("应到名单里没有%(who)s，不能开会表决。请先核对名册。", who=who))
    needed = kind.quorum.share.least(whole)
    parts = {"who": who, "due": whole, "needed": needed, "came": came, "missing": needed - came}
    is_met = came >= needed
    return Finding(is_met, rule, Sentence(QUORUM_TOLD[kind.people == "单位", is_met], **parts), needed, came)


def majority_rule(kind: MeetingKind) -> str:
    """The majority in words; "" where nothing is voted."""
    if kind.majority is None:
        return ""
    return Sentence(
        "同意的要%(share)s%(whom)s有表决权的%(people)s才能通过。",
        share=kind.majority.share.words, whom=_whom(kind.majority), people=Sentence(kind.people),
    )  # fmt: skip


def _whom(majority: Majority) -> Sentence:
    return Sentence("应到") if majority.of == "voters" else Sentence("到会")


def ballot_errors(kind: MeetingKind, count: Tally, ballot: Ballot) -> list[str]:
    """Why a ballot cannot stand, in words; [] when it can. Votes never exceed those present with a vote."""
    if not kind.may_vote:
        nothing = "%(kind)s不进行表决。需要表决的事项，请另开有表决权的会议。"
        return [Sentence(nothing, kind=Sentence(kind.name))]
    if min(ballot.in_favour, ballot.against, ballot.abstained) < 0:
        return [Sentence("票数不能小于 0。")]
    if ballot.total == 0:
        return [Sentence("同意、反对、弃权都是 0，请填写票数。")]
    found: list[str] = []
    quorum = quorum_finding(kind, count)
    if not quorum.is_met:
        found.append(Sentence("到会人数不够，不能表决：%(why)s", why=quorum.sentence))
    if ballot.total > count.voters_present:
        many = "票数合计 %(total)s，比到会有表决权的 %(present)s 人还多。请核对票数，或先补点名。"
        found.append(Sentence(many, total=ballot.total, present=count.voters_present))
    return found


def outcome(kind: MeetingKind, count: Tally, ballot: Ballot) -> Finding:
    """Whether a motion is carried. Raises ValueError for a kind that does not vote."""
    if kind.majority is None:
        raise ValueError(f"{kind.key} does not vote")
    whole = count.voters_due if kind.majority.of == "voters" else count.voters_present
    needed = kind.majority.share.least(whole)
    is_passed = whole > 0 and ballot.in_favour >= needed
    sentence = Sentence(
        "%(whom)s有表决权的%(people)s %(whole)s 人，至少要 %(needed)s 票同意；同意 %(yes)s 票，%(result)s。",
        whom=_whom(kind.majority), people=Sentence(kind.people), whole=whole, needed=needed, yes=ballot.in_favour,
        result=Sentence("通过" if is_passed else "没有通过"),
    )  # fmt: skip
    return Finding(is_passed, majority_rule(kind), sentence, needed, ballot.in_favour)


def mark_errors(marks: Mapping[str, Mark]) -> dict[str, str]:
    """What is wrong with the marks of an attendance list: key of the mark → sentence."""
    known = {status for status, _ in STATUSES}
    names = dict(STATUSES)
    found: dict[str, str] = {}
    for key, mark in marks.items():
        if mark.status not in known:
            found[key] = Sentence("%(name)s的到会情况没有选对，请重新选。", name=mark.name)
        elif mark.status in NEEDS_REASON and not mark.reason.strip():
            status = Sentence(names[mark.status])
            found[key] = Sentence("%(name)s选了“%(status)s”，请写明原因。", name=mark.name, status=status)
    return found


def lock_obstacles(
    kind: MeetingKind, marks: Iterable[Mark], ballots: Iterable[tuple[str, Ballot]], *, held_on: date, today: date,
    has_topics: bool, host: str, recorder: str,
) -> list[str]:  # fmt: skip
    """What must be settled before minutes are final, in words."""
    marks = tuple(marks)
    count = tally(marks)
    found: list[str] = []
    if held_on > today:
        found.append(Sentence("会议定在 %(day)s，还没有开。", day=held_on))
    if not host or not recorder:
        found.append(Sentence("主持人、记录人要填写齐全。"))
    if count.pending:
        found.append(Sentence("还有 %(n)s 人没有点名。", n=count.pending))
    if not count.present and (kind.counted_by == "heads" or count.due):
        found.append(Sentence("没有一个人出席，请先按签到表点名。"))
    if not has_topics:
        found.append(Sentence("还没有议题，请至少记一个议题。"))
    found += mark_errors({str(number): mark for number, mark in enumerate(marks)}).values()
    for matter, ballot in ballots:
        found += [about_vote(matter, sentence) for sentence in ballot_errors(kind, count, ballot)]
    return found


def about_vote(matter: str, sentence: str) -> Sentence:
    """表决“选聘物业”：票数合计…"""
    return Sentence("表决“%(matter)s”：%(why)s", matter=matter, why=sentence)
