"""工作交接单: what one person hands to another, line by line, with three signatures."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date

from reports.document import Document, Facts, Heading, Paragraph, SignatureLines, Table, TableColumn

COLUMNS = (
    TableColumn("序号", 0.6, "integer", "center"), TableColumn("类别", 1.6), TableColumn("事项", 4.2),
    TableColumn("现状或期限", 2.6), TableColumn("接收人确认", 1.2, align="center"),
)  # fmt: skip
THINGS = (
    TableColumn("序号", 0.6, "integer", "center"), TableColumn("名称", 3), TableColumn("数量", 0.8, align="right"),
    TableColumn("单位", 0.8, align="center"), TableColumn("现状", 1.6), TableColumn("备注", 2.2),
    TableColumn("清点情况", 1.2, align="center"),
)  # fmt: skip
SIGNERS = ("移交人（签字）", "接收人（签字）", "监交人（签字）")
KEPT = "移交前已经办结的工作、积分和修改记录仍记在移交人和原网格名下，不随交接改动。"


@dataclass(frozen=True, slots=True)
class Line:
    """One matter: its kind (待办, 未办结事项, 走访对象, 项目), what, and how it stands."""

    kind: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that is handed over, as it is written down: all of it words. Sheets of earlier years know its name only."""

    name: str
    number: str = ""
    unit: str = ""
    state: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """One hand-over. `things` are named by hand: what is in no register (物资, 钥匙, 印章)."""

    area: str
    from_name: str
    to_name: str
    reason: str
    on: date
    lines: tuple[Line, ...]
    things: tuple[Thing, ...] = ()


def build(handover: Handover, *, short_code: str = "") -> Document:
    """The sheet: head, matters, things, what stays, three lines to sign."""
    facts = Facts(
        (("移交人", handover.from_name), ("接收人", handover.to_name), ("单位", handover.area),
         ("交接日期", handover.on), ("交接原因", handover.reason), ("事项", f"{len(handover.lines)}项"))
    )  # fmt: skip
    matters = Table(
        COLUMNS, tuple((number, line.kind, line.title, line.note, "") for number, line in enumerate(handover.lines, 1)),
        empty_text="没有要移交的事项",
    )  # fmt: skip
    things = Table(
        THINGS,
        tuple((number, *astuple(thing), "") for number, thing in enumerate(handover.things, 1)),
        empty_text="没有物资移交",
    )
    return Document(
        "工作交接单",
        (facts, Heading("移交事项"), matters, Heading("移交物资"), things, Paragraph(KEPT), SignatureLines(SIGNERS, per_line=3)),
        short_code=short_code,
    )  # fmt: skip
