"""Rules of meetings: who has a vote, when enough have come, when a motion is carried, how often a meeting is due.

Every answer carries its reason in words. Nothing here reads a database or a clock. The sources of the numbers stand
beside each kind in `default_kinds`.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Literal

Body = Literal["organization", "compound", "area"]
"""Who holds a meeting: a party organisation, a 小区, or the area itself (社区, 网格)."""
QuorumOf = Literal["voters", "expected"]
MajorityOf = Literal["voters", "present"]
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

_FRACTIONS = {(1, 2): "半数", (2, 3): "三分之二", (3, 4): "四分之三", (4, 5): "五分之四"}
_MONTHS: dict[Per, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_PER_NAMES: dict[Per, str] = {"month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年"}


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
    def words(self) -> str:
        """超过半数, 不少于三分之二."""
        name = _FRACTIONS.get((self.numerator, self.denominator), f"{self.denominator}分之{self.numerator}")
        return f"{'超过' if self.is_strict else '不少于'}{name}"


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
        return f"{_PER_NAMES[self.per]} {self.times} 次"


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
    fewest_full_members: int = 0
    """The frequency counts for branches with at least so many full members (支委会)."""
    source: str = ""

    @property
    def may_vote(self) -> bool:
        """Whether anything is put to the vote."""
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


def quorum_finding(kind: MeetingKind, count: Tally) -> Finding:
    """Whether enough have come. A kind without a quorum is always met; nobody expected never is."""
    if kind.quorum is None:
        return Finding(True, f"{kind.name}没有到会人数的要求。", f"应到 {count.due} 人，实到 {count.present} 人。")
    by_vote = kind.quorum.of == "voters"
    whole, there = (count.voters_due, count.voters_present) if by_vote else (count.due, count.present)
    who = f"有表决权的{kind.people}" if by_vote else kind.people
    measure = "家" if kind.people == "单位" else "人"
    rule = f"{kind.name}要有{kind.quorum.share.words}的{who}到会。"
    if whole == 0:
        return Finding(False, rule, f"应到名单里没有{who}，不能开会表决。请先核对名册。")
    needed = kind.quorum.share.least(whole)
    lead = f"应到{who} {whole} {measure}，至少要到 {needed} {measure}；已到 {there} {measure}，"
    if there >= needed:
        return Finding(True, rule, f"{lead}达到要求。", needed, there)
    return Finding(False, rule, f"{lead}还差 {needed - there} {measure}。", needed, there)


def majority_rule(kind: MeetingKind) -> str:
    """The majority in words; "" where nothing is voted."""
    if kind.majority is None:
        return ""
    whom = "应到" if kind.majority.of == "voters" else "到会"
    return f"同意的要{kind.majority.share.words}{whom}有表决权的{kind.people}才能通过。"


def ballot_errors(kind: MeetingKind, count: Tally, ballot: Ballot) -> list[str]:
    """Why a ballot cannot stand, in words; [] when it can. Votes never exceed those present with a vote."""
    if not kind.may_vote:
        return [f"{kind.name}不进行表决。需要表决的事项，请另开有表决权的会议。"]
    if min(ballot.in_favour, ballot.against, ballot.abstained) < 0:
        return ["票数不能小于 0。"]
    if ballot.total == 0:
        return ["同意、反对、弃权都是 0，请填写票数。"]
    found = []
    quorum = quorum_finding(kind, count)
    if not quorum.is_met:
        found.append(f"到会人数不够，不能表决：{quorum.sentence}")
    if ballot.total > count.voters_present:
        found.append(
            f"票数合计 {ballot.total}，比到会有表决权的 {count.voters_present} 人还多。请核对票数，或先补点名。"
        )
    return found


def outcome(kind: MeetingKind, count: Tally, ballot: Ballot) -> Finding:
    """Whether a motion is carried. Raises ValueError for a kind that does not vote."""
    if kind.majority is None:
        raise ValueError(f"{kind.key} does not vote")
    whole = count.voters_due if kind.majority.of == "voters" else count.voters_present
    needed = kind.majority.share.least(whole)
    whom = "应到" if kind.majority.of == "voters" else "到会"
    is_passed = whole > 0 and ballot.in_favour >= needed
    sentence = (
        f"{whom}有表决权的{kind.people} {whole} 人，至少要 {needed} 票同意；"
        f"同意 {ballot.in_favour} 票，{'通过' if is_passed else '没有通过'}。"
    )
    return Finding(is_passed, majority_rule(kind), sentence, needed, ballot.in_favour)


def mark_errors(marks: Mapping[str, Mark]) -> dict[str, str]:
    """What is wrong with the marks of an attendance list: key of the mark → sentence."""
    known = {status for status, _ in STATUSES}
    names = dict(STATUSES)
    found = {}
    for key, mark in marks.items():
        if mark.status not in known:
            found[key] = f"{mark.name}的到会情况没有选对，请重新选。"
        elif mark.status in NEEDS_REASON and not mark.reason.strip():
            found[key] = f"{mark.name}选了“{names[mark.status]}”，请写明原因。"
    return found


def lock_obstacles(
    kind: MeetingKind, marks: Iterable[Mark], ballots: Iterable[tuple[str, Ballot]], *, held_on: date, today: date,
    has_topics: bool, host: str, recorder: str,
) -> list[str]:  # fmt: skip
    """What must be settled before minutes are final, in words."""
    marks = tuple(marks)
    count = tally(marks)
    found = []
    if held_on > today:
        found.append(f"会议定在 {held_on}，还没有开。")
    if not host or not recorder:
        found.append("主持人、记录人要填写齐全。")
    if count.pending:
        found.append(f"还有 {count.pending} 人没有点名。")
    if not count.present:
        found.append("没有一个人出席，请先按签到表点名。")
    if not has_topics:
        found.append("还没有议题，请至少记一个议题。")
    found += mark_errors({str(number): mark for number, mark in enumerate(marks)}).values()
    for matter, ballot in ballots:
        found += [f"表决“{matter}”：{sentence}" for sentence in ballot_errors(kind, count, ballot)]
    return found


def head_errors(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """Day and hours of a meeting: (column, sentence)."""
    held_on, begins, ends = values.get("held_on"), values.get("begins_at"), values.get("ends_at")
    if held_on and (held_on - today).days > 366:
        yield "held_on", f"会议日期（{held_on}）在一年以后，请核对年份。"
    start, end = read_time(begins), read_time(ends)
    if begins and start is None:
        yield "begins_at", "开始时间看不懂，请写成 14:30 这样。"
    if ends and end is None:
        yield "ends_at", "结束时间看不懂，请写成 16:00 这样。"
    if start and end and end <= start:
        yield "ends_at", f"结束时间（{ends}）不晚于开始时间（{begins}），请核对。"


def read_time(text: str | None) -> time | None:
    """The time in 14:30, 14：30, 14.30, 14点30分, 9点, 下午2:30; None where it is none."""
    if not text:
        return None
    plain = (
        text.strip().replace("：", ":").replace(".", ":").replace("点半", ":30").replace("点", ":").replace("时", ":")
    )
    plain = plain.replace("分", "").replace(" ", "")
    is_late = plain.startswith(("下午", "晚上"))
    for word in ("上午", "下午", "晚上", "早上"):
        plain = plain.removeprefix(word)
    hour, _, minute = plain.rstrip(":").partition(":")
    if not hour.isdigit() or (minute and not minute.isdigit()):
        return None
    number = int(hour) + (12 if is_late and int(hour) < 12 else 0)
    return time(number, int(minute or 0)) if number < 24 and int(minute or 0) < 60 else None


def resolution_errors(
    text: str | None, due_on: date | None, *, held_on: date, done_on: date | None = None, today: date | None = None
) -> list[tuple[str, str]]:
    """What is wrong with one 议定事项: (column, sentence)."""
    found = []
    if not (text or "").strip():
        found.append(("text", "请写明议定了什么事。"))
    if due_on and due_on < held_on:
        found.append(("due_on", f"完成时限（{due_on}）早于开会那天（{held_on}），请核对。"))
    if done_on and done_on < held_on:
        found.append(("done_on", f"办结日期（{done_on}）早于开会那天（{held_on}），请核对。"))
    if done_on and today and done_on > today:
        found.append(("done_on", f"办结日期（{done_on}）还没有到，请核对。"))
    return found


def due_times(frequency: Frequency | None, *, year: int, as_of: date) -> tuple[int, int]:
    """(due by the end of `as_of`, due in the whole year). A month counts once its last day has come."""
    if frequency is None:
        return 0, 0
    months = _MONTHS[frequency.per]
    ends = [date(year, month, calendar.monthrange(year, month)[1]) for month in range(months, 13, months)]
    return frequency.times * sum(end <= as_of for end in ends), frequency.times * len(ends)


def standing_of(due_on: date | None, done_on: date | None, today: date) -> str:
    """How a resolution stands in words: 已办结, 逾期办结, 已过 3 天, 今天到期, 还有 3 天, 未定时限."""
    if done_on is not None:
        return "逾期办结" if due_on is not None and done_on > due_on else "已办结"
    if due_on is None:
        return "未定时限"
    days = (due_on - today).days
    if days < 0:
        return f"已过 {-days} 天"
    return "今天到期" if days == 0 else f"还有 {days} 天"
