"""会议记录: who was there, what each one said, how it was voted and what was resolved; signed by hand, no red head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.document import (
    Block,
    Document,
    Facts,
    Heading,
    Paragraph,
    Roll,
    SignatureLines,
    Space,
    Speech,
    Table,
    TableColumn,
    Value,
    long_date,
)


@dataclass(frozen=True, slots=True)
class Absence:
    """One who should have come, and why not (因公出差, 住院)."""

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attendance:
    """应到 is the roll of those who should come; `present`, `on_leave` and `absent` are its parts.

    `voters_due` and `voters_present` count those with a vote (预备党员 have none); None where nothing is voted.
    """

    due_count: int
    present: tuple[str, ...]
    on_leave: tuple[Absence, ...] = ()
    absent: tuple[Absence, ...] = ()
    excluded: tuple[Absence, ...] = ()
    """Not counted in 应到, with the reason (长期患病, 流动在外)."""
    observers: tuple[str, ...] = ()
    """列席, with their office: 王敏（街道党建办）."""
    voters_due: int | None = None
    voters_present: int | None = None
    quorum: str = ""
    """The finding on the quorum in words, as the rules of that kind of meeting gave it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Vote:
    """One ballot and its outcome as the rules decided it."""

    matter: str
    in_favour: int
    against: int
    abstained: int
    is_passed: bool
    method: str = "举手表决"


@dataclass(frozen=True, slots=True)
class OwnersPart:
    """So many owners with so many square metres, and their shares of the whole in percent as text."""

    count: int
    area: Decimal
    count_share: str = ""
    area_share: str = ""


@dataclass(frozen=True, slots=True)
class OwnersVote:
    """One count of a 业主大会 and its outcome as the rules decided it."""

    matter: str
    kind: str
    method: str
    took_part: OwnersPart
    in_favour: OwnersPart
    against: OwnersPart
    abstained: OwnersPart
    rule: str
    finding: str
    is_passed: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """One 议定事项: no resolution without a responsible unit; the limit may be open."""

    text: str
    unit: str
    due_on: date | None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One point of the agenda with its proposer, speeches, ballots and resolutions."""

    title: str
    proposer: str = ""
    speeches: tuple[Said, ...] = ()
    votes: tuple[Vote, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    owners_votes: tuple[OwnersVote, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """The head of the minutes. `kind` is 支部党员大会, 居民议事会 …; `number` is 第三届第5次 or empty.

    `owners` is set for 业主大会 only: all owners and the whole exclusive area, on which shares are counted; those on the
    attendance list are then the members of the 业委会 who ran it (`convened_by`).
    """

    organisation: str
    kind: str
    began_at: datetime
    place: str
    host: str
    recorder: str
    name: str = ""
    number: str = ""
    ended_at: datetime | None = None
    published_from: date | None = None
    published_until: date | None = None
    owners: OwnersPart | None = None
    convened_by: str = ""


def build(
    meeting: Meeting,
    attendance: Attendance,
    items: Sequence[Item],
    *,
    signers: Sequence[str] = ("主持人", "记录人"),
    is_draft: bool = False,
    short_code: str = "",
    created_at: datetime | None = None,
) -> Document:
    """The minutes as one A4 paper in table style; parts nobody filled in are left out."""
    blocks: list[Block] = [_head(meeting, attendance), *_rolls(attendance)]
    for item in items:
        blocks += _item(item)
    resolutions = [resolution for item in items for resolution in item.resolutions]
    if resolutions:
        blocks += [Heading("议定事项", 1), _resolutions(resolutions)]
    if not items:
        blocks.append(Paragraph("本次会议没有记录议题。"))
    blocks += [Space(1), SignatureLines(tuple(f"{signer}（签字）" for signer in signers))]
    return Document(
        title=_title(meeting),
        blocks=tuple(blocks),
        subtitle=meeting.number,
        is_draft=is_draft,
        short_code=short_code,
        created_at=created_at,
    )


def _title(meeting: Meeting) -> str:
    """支部党员大会 ends in 会 already: 支部党员大会记录, not 大会会议记录."""
    return f"{meeting.organisation}{meeting.kind}{'记录' if meeting.kind.endswith('会') else '会议记录'}"


def _head(meeting: Meeting, attendance: Attendance) -> Facts:
    pairs: list[tuple[str, Value]] = []
    if meeting.name:
        pairs.append(("会议名称", meeting.name))
    pairs += [
        ("会议时间", _span(meeting)),
        ("会议地点", meeting.place),
        ("主持人", meeting.host),
        ("记录人", meeting.recorder),
        *(_turnout(attendance) if meeting.owners is None else _owners(meeting, meeting.owners, attendance)),
    ]
    if attendance.quorum:
        pairs.append(("到会情况", attendance.quorum))
    if meeting.published_from and meeting.published_until:
        pairs.append(("公示时间", f"{long_date(meeting.published_from)}至{long_date(meeting.published_until)}"))
    return Facts(tuple(pairs))


def _turnout(attendance: Attendance) -> Iterator[tuple[str, Value]]:
    yield "应到", _people(attendance.due_count, attendance.voters_due)
    yield "实到", _people(len(attendance.present), attendance.voters_present)
    yield "请假", f"{len(attendance.on_leave)}人"
    yield "列席", f"{len(attendance.observers)}人"


def _owners(meeting: Meeting, owners: OwnersPart, attendance: Attendance) -> Iterator[tuple[str, Value]]:
    if meeting.convened_by:
        yield "召集人", meeting.convened_by
    yield "业主总人数", f"{owners.count:,}人"
    yield "专有部分总面积", f"{owners.area:,.2f}平方米"
    if attendance.due_count:
        yield "业委会到会", f"{len(attendance.present)}人（应到{attendance.due_count}人）"


def _span(meeting: Meeting) -> str:
    text = f"{long_date(meeting.began_at.date())} {meeting.began_at:%H:%M}"
    if meeting.ended_at is None:
        return text
    if meeting.ended_at.date() == meeting.began_at.date():
        return f"{text}—{meeting.ended_at:%H:%M}"
    return f"{text}—{long_date(meeting.ended_at.date())} {meeting.ended_at:%H:%M}"


def _people(count: int, voters: int | None) -> str:
    return f"{count}人" if voters is None else f"{count}人（有表决权{voters}人）"


def _rolls(attendance: Attendance) -> list[Block]:
    found: list[Block] = []
    for label, names in (
        ("出席", attendance.present),
        ("请假", _with_reasons(attendance.on_leave)),
        ("缺席", _with_reasons(attendance.absent)),
        ("不计入应到", _with_reasons(attendance.excluded)),
        ("列席", attendance.observers),
    ):
        if names:
            found.append(Roll(label, tuple(names)))
    return found


def _with_reasons(absences: Sequence[Absence]) -> tuple[str, ...]:
    return tuple(f"{absence.name}（{absence.reason}）" if absence.reason else absence.name for absence in absences)


def _item(item: Item) -> list[Block]:
    found: list[Block] = [Heading(item.title, 1)]
    if item.proposer:
        found.append(Paragraph(f"提出人：{item.proposer}"))
    found += [Speech(said.speaker, said.text) for said in item.speeches]
    if item.votes:
        found.append(_votes(item.votes))
    for vote in item.owners_votes:
        found += [_owners_vote(vote), Paragraph(f"{vote.rule}{vote.finding}")]
    return found


def _owners_vote(vote: OwnersVote) -> Table:
    """Heads in one row, square metres in the other; shares stand behind what they are shares of."""
    columns = (
        TableColumn("项目", 1.5),
        TableColumn("参与表决", 1.2, align="right"),
        TableColumn("占全体", 0.9, align="right"),
        TableColumn("同意", 1.2, align="right"),
        TableColumn("占参与", 0.9, align="right"),
        TableColumn("反对", 1.1, align="right"),
        TableColumn("弃权", 1.1, align="right"),
        TableColumn("结果", 0.8, align="center"),
    )
    parts, result = (
        (vote.took_part, vote.in_favour, vote.against, vote.abstained),
        "通过" if vote.is_passed else "未通过",
    )
    took_part, yes, no, none = (f"{part.count:,}" for part in parts)
    heads = ("人数（人）", took_part, vote.took_part.count_share, yes, vote.in_favour.count_share, no, none, result)
    took_part, yes, no, none = (f"{part.area:,.2f}" for part in parts)
    area = ("面积（平方米）", took_part, vote.took_part.area_share, yes, vote.in_favour.area_share, no, none, result)
    return Table(columns, (heads, area), caption=f"业主表决：{vote.matter}（{vote.kind}，{vote.method}）")


def _votes(votes: Sequence[Vote]) -> Table:
    columns = (
        TableColumn("表决事项", 4),
        TableColumn("方式", 1.4, align="center"),
        TableColumn("同意", 0.8, "integer"),
        TableColumn("反对", 0.8, "integer"),
        TableColumn("弃权", 0.8, "integer"),
        TableColumn("结果", 1, align="center"),
    )
    rows = tuple(
        (vote.matter, vote.method, vote.in_favour, vote.against, vote.abstained, "通过" if vote.is_passed else "未通过")
        for vote in votes
    )
    return Table(columns, rows, caption="表决情况")


def _resolutions(resolutions: Sequence[Resolution]) -> Table:
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("议定事项", 4.4),
        TableColumn("责任单位", 1.8),
        TableColumn("责任人", 1, align="center"),
        TableColumn("完成时限", 1.2, "date"),
    )
    rows = tuple(
        (number, resolution.text, resolution.unit, resolution.person, resolution.due_on or "未定")
        for number, resolution in enumerate(resolutions, 1)
    )
    return Table(columns, rows)
