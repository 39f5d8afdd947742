"""会议纪要: what a meeting heard, held and resolved, as an official paper in the 纪要 form (GB/T 9704-2012 §10.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.document import (
    Block,
    Document,
    Heading,
    Imprint,
    OfficialHead,
    Paragraph,
    Roll,
    Run,
    Space,
    long_date,
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """One 议定事项. Unit and limit print behind the text, so that it can be followed up; `title` may be empty."""

    text: str
    unit: str
    due_on: date | None
    title: str = ""
    supporting: tuple[str, ...] = ()
    """配合单位."""


@dataclass(frozen=True, slots=True)
class Rolls:
    """出席, 请假, 列席: names with their offices as they shall print."""

    present: tuple[str, ...] = ()
    on_leave: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """When, where, who presided, and the name of the meeting as it stands in the first sentence."""

    name: str
    on: date
    place: str
    host: str


def build(
    held: Held,
    resolved: Sequence[Resolved],
    rolls: Rolls,
    *,
    mark: str,
    issue: str = "",
    issuer: str = "",
    issued_on: date | None = None,
    heard: Sequence[str] = (),
    considered: Sequence[str] = (),
    title: str = "",
    imprint: Imprint | None = None,
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """The note. `mark` is the red head (枫叶街道党工委会议纪要), `heard` what was reported, `considered` 会议认为."""
    blocks: list[Block] = [Paragraph(_opening(held))]
    if heard:
        blocks.append(Paragraph(f"会议听取了{'、'.join(_bare(text) for text in heard)}。"))
    blocks += [Paragraph(f"会议认为，{_bare(text)}。") for text in considered]
    blocks += _resolutions(resolved)
    names = [
        Roll(label, people)
        for label, people in (("出席", rolls.present), ("请假", rolls.on_leave), ("列席", rolls.observers))
        if people
    ]
    if names:
        blocks += [Space(1), *names]
    return Document(
        title=title,
        blocks=tuple(blocks),
        style="official",
        head=OfficialHead("纪要", mark, issue=issue, issuer=issuer, issued_on=issued_on),
        imprint=imprint,
        is_draft=is_draft,
        created_at=created_at,
    )


def _opening(held: Held) -> str:
    return f"{long_date(held.on)}，{held.host}在{held.place}主持召开{held.name}。现将会议主要内容纪要如下。"


def _resolutions(resolved: Sequence[Resolved]) -> list[Block]:
    if not resolved:
        return [Paragraph("会议没有形成议定事项。")]
    found: list[Block] = [Paragraph("会议议定以下事项：", keep_with_next=True)]
    for item in resolved:
        if item.title:
            found += [Heading(item.title, 1), Paragraph((Run(_stopped(item.text)), Run(_duty(item), "kai")))]
        else:
            found += [Heading(f"{_stopped(item.text)}{_duty(item)}", 3)]
    return found


def _duty(item: Resolved) -> str:
    parts = [f"责任单位：{item.unit}"]
    if item.supporting:
        parts.append(f"配合单位：{'、'.join(item.supporting)}")
    parts.append(f"完成时限：{long_date(item.due_on) if item.due_on else '未定'}")
    return f"（{'；'.join(parts)}）"


def _bare(text: str) -> str:
    return text.strip().rstrip("。；，、")


def _stopped(text: str) -> str:
    bare = text.strip()
    return bare if bare.endswith(("。", "！", "？")) else f"{_bare(bare)}。"
