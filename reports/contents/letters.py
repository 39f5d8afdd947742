"""Letters in 信函格式: 督办函 with its list and receipt, 工作联系函."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.document import (
    AttachmentHead,
    Attachments,
    Block,
    Document,
    Facts,
    Imprint,
    OfficialHead,
    PageBreak,
    Paragraph,
    Run,
    Signature,
    Table,
    TableColumn,
    long_date,
)

LEADS = "一二三四五六七八九十"
LIST, RECEIPT = "督办问题清单", "督办事项办理回执"
"""The attachments of a 督办函."""
RECEIPT_LINES = (
    "承办单位",
    "督办函文号",
    "办理情况",
    "未办结的原因和预计完成时间",
    "负责人（签字）",
    "单位（盖章）和日期",
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the mark, the number, who answers questions, when it is signed."""

    mark: str
    number: str
    signed_on: date
    contact: str = ""
    phone: str = ""
    signature: str = ""
    """署名 where it differs from the mark."""
    is_sealed: bool = True


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter on the list of a 督办函. `was_due_on` is the first limit, `due_on` the one given now."""

    number: str
    problem: str
    place: str
    unit: str
    assigned_on: date
    was_due_on: date
    demand: str
    due_on: date

    def days_late(self, on: date) -> int:
        """Days past the first limit on that day; never below zero."""
        return max(0, (on - self.was_due_on).days)


def build_supervision(
    sender: Sender,
    matters: Sequence[Matter],
    *,
    addressee: str,
    about: str,
    urged: str = "",
    demands: Sequence[str] = (),
    level: int = 1,
    copies_to: Sequence[str] = (),
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """督办函 about `matters` (at least one). `urged` says what was done before, `level` is the first to third time.

    The list follows on a page turned across, the receipt to send back on an upright one.
    """
    if not matters:
        raise ValueError("督办函至少要有一件督办事项")
    on = sender.signed_on
    due = max(matter.due_on for matter in matters)
    time = f"（第{LEADS[level - 1]}次督办）" if level > 1 else ""
    blocks: list[Block] = [Paragraph(_cause(matters, on, urged))]
    blocks += _demands(demands or _default_demands(matters))
    blocks.append(Paragraph(f"请于{long_date(due)}前将办理结果书面（盖章）反馈我单位。"))
    blocks.append(Attachments((LIST, RECEIPT)))
    blocks.append(Signature(sender.signature or sender.mark, on, is_sealed=sender.is_sealed))
    blocks += _contact(sender)
    blocks += [PageBreak("landscape"), AttachmentHead(LIST, 1), _list(matters, on)]
    blocks += [PageBreak("portrait"), AttachmentHead(RECEIPT, 2), _receipt(sender)]
    return _letter(
        sender, f"关于{about}的督办函{time}", blocks, addressee, copies_to, is_draft=is_draft, created_at=created_at
    )


def build_liaison(
    sender: Sender,
    paragraphs: Sequence[str],
    *,
    addressee: str,
    about: str,
    asked: Sequence[str] = (),
    reply_by: date | None = None,
    attachments: Sequence[str] = (),
    copies_to: Sequence[str] = (),
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """工作联系函: what it is about, what is asked for (一是…二是…), by when an answer is expected."""
    blocks: list[Block] = [Paragraph(text) for text in paragraphs if text.strip()]
    if asked:
        blocks += [Paragraph("现就有关事项商请贵单位支持："), *_demands(asked)]
    if reply_by:
        blocks.append(Paragraph(f"请于{long_date(reply_by)}前函复。"))
    blocks.append(Paragraph("特此致函。"))
    if attachments:
        blocks.append(Attachments(tuple(attachments)))
    blocks.append(Signature(sender.signature or sender.mark, sender.signed_on, is_sealed=sender.is_sealed))
    blocks += _contact(sender)
    return _letter(
        sender, f"关于{about}的工作联系函", blocks, addressee, copies_to, is_draft=is_draft, created_at=created_at
    )


def _letter(
    sender: Sender,
    title: str,
    blocks: Sequence[Block],
    addressee: str,
    copies_to: Sequence[str],
    *,
    is_draft: bool,
    created_at: datetime | None,
) -> Document:
    return Document(
        title=title,
        blocks=tuple(blocks),
        style="official",
        head=OfficialHead("函", sender.mark, number=sender.number, addressee=addressee),
        imprint=Imprint(tuple(copies_to)) if copies_to else None,
        is_draft=is_draft,
        created_at=created_at,
    )


def _cause(matters: Sequence[Matter], on: date, urged: str) -> str:
    late = [matter for matter in matters if matter.days_late(on)]
    if len(matters) == 1:
        only = matters[0]
        text = (
            f"{long_date(only.assigned_on)}交由贵单位办理的“{only.problem}”（编号{only.number}），"
            f"原定时限{long_date(only.was_due_on)}"
        )
        text += f"，截至{long_date(on)}已逾期{only.days_late(on)}天。" if late else "，现予督办。"
    else:
        text = f"截至{long_date(on)}，交由贵单位办理的事项中有{len(matters)}件需要督办"
        text += f"，其中{len(late)}件已经逾期（见附件1）。" if late else "（见附件1）。"
    return text + (f"{urged.rstrip('。')}。" if urged.strip() else "")


def _default_demands(matters: Sequence[Matter]) -> list[str]:
    if len(matters) == 1 and matters[0].demand:
        return [matters[0].demand]
    return ["对照清单逐件办理，明确责任人和完成时限", "确实不能按期办结的，在时限内说明原因和预计完成时间"]


def _demands(demands: Sequence[str]) -> list[Block]:
    bare = [text.strip().rstrip("。；") for text in demands if text.strip()]
    if len(bare) == 1:
        return [Paragraph(f"请{bare[0].removeprefix('请')}。")]
    return [
        Paragraph((Run(f"{LEADS[number]}是" if number < len(LEADS) else ""), Run(f"{text}。")))
        for number, text in enumerate(bare)
    ]


def _contact(sender: Sender) -> list[Block]:
    """附注 stands below the date (GB/T 9704-2012 §7.3.6)."""
    if not (sender.contact or sender.phone):
        return []
    phone = f"，电话：{sender.phone}" if sender.phone else ""
    return [Paragraph(f"（联系人：{sender.contact}{phone}）")]


def _list(matters: Sequence[Matter], on: date) -> Table:
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("编号", 1.6, "id"),
        TableColumn("问题", 3.0),
        TableColumn("位置", 1.6),
        TableColumn("责任单位", 1.5),
        TableColumn("派发日期", 1.3, "date"),
        TableColumn("原定时限", 1.3, "date"),
        TableColumn("逾期天数", 0.9, "integer"),
        TableColumn("督办要求", 2.2),
        TableColumn("新的时限", 1.3, "date"),
    )
    rows = tuple(
        (
            number,
            matter.number,
            matter.problem,
            matter.place,
            matter.unit,
            matter.assigned_on,
            matter.was_due_on,
            matter.days_late(on),
            matter.demand,
            matter.due_on,
        )
        for number, matter in enumerate(matters, 1)
    )
    return Table(columns, rows)


def _receipt(sender: Sender) -> Facts:
    blank = "\n" * 5
    filled = {"督办函文号": sender.number, "办理情况": blank, "未办结的原因和预计完成时间": blank}
    return Facts(tuple((label, filled.get(label, "\n")) for label in RECEIPT_LINES), columns=1)
