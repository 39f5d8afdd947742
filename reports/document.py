"""The vocabulary of papers: what a paper says, free of any format.

A paper is a `Document` of blocks. Every renderer knows every block type (a test walks `BLOCK_TYPES`), so that the
screen, Excel, Word and PDF cannot disagree. Lengths are millimetres, type sizes points. Values stay typed (int,
Decimal, date) until a renderer shows them through `show()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from reports.sums import ColumnSum, FactSum, RowSum, Running

Scalar = str | int | Decimal | date | datetime | bool | None
Align = Literal["left", "center", "right", "justify"]
Kind = Literal["text", "integer", "decimal", "percent", "date", "month", "id"]
"""How a value is shown. `percent` takes a Decimal already times 100; `id` is text that must never become a number."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value shown otherwise than its column says (98.20% among counts); stands in rows, totals and facts."""

    value: Scalar
    kind: Kind = "text"
    places: int = 2
    comes_from: ColumnSum | FactSum | None = None
    """In facts: the figures of the paper it is the sum of."""
    figure: str = ""
    """Name of the figure whose value it is: on screen it opens the rows it was counted from."""
    area: str = ""
    """Code of the area it was counted in, where that is not the paper's own."""


Value = Scalar | Cell

NO_FIGURE = "—"
"""Printed where a figure does not exist (zero denominator). Never 0 and never 100 %."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading. Levels 1–4 print 一、（一）1.（1） and are counted by `numbered()`."""

    text: str
    level: int = 1
    is_numbered: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style inside a paragraph. `role` names a font role of renderers/style.py."""

    text: str
    role: Literal["body", "bold", "hei", "kai"] = "body"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; a plain string or runs. `indent` is counted in characters of the body size."""

    text: str | tuple[Run, ...]
    indent: int = 2
    align: Align = "justify"
    keep_with_next: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value pairs in a ruled grid, `columns` pairs a line (the head of minutes, a person's card)."""

    pairs: tuple[tuple[str, Value], ...]
    columns: int = 2


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column. `width` is a share, not a length; columns with equal neighbouring `group` share a spanning head."""

    label: str
    width: float = 1.0
    kind: Kind = "text"
    align: Align | None = None
    group: str = ""
    is_summed: bool = False
    places: int = 2
    comes_from: RowSum | Running | None = None
    """The columns its cells are computed from."""

    @property
    def alignment(self) -> Align:
        """Numbers stand right, dates and codes in the middle, text left, unless told otherwise."""
        if self.align:
            return self.align
        return {"integer": "right", "decimal": "right", "percent": "right", "text": "left"}.get(self.kind, "center")  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. `totals` is the last row when given; summed columns become live formulas in Excel."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    caption: str = ""
    totals: tuple[Value, ...] | None = None
    note: str = ""
    row_height: float | None = None
    """At least so many millimetres (a sign-in sheet needs 9 or more)."""
    empty_text: str = "本期没有记录"


@dataclass(frozen=True, slots=True)
class Series:
    """One line of figures in a chart; None is a gap."""

    name: str
    values: tuple[Decimal | int | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in house colours, readable in grey; labels stand at the lines.

    `share` draws one strip of 100 % for each series, its parts named by `labels`; `heat` one row of tinted cells for
    each series under `labels`.
    """

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Literal["line", "bar", "stacked_bar", "share", "heat"] = "bar"
    unit: str = ""
    height: float = 60.0


@dataclass(frozen=True, slots=True)
class Roll:
    """A label and names, wrapped under the first name (出席：… 请假：… 列席：…)."""

    label: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speech:
    """What one person said, in the minutes speech by speech."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class SignatureLines:
    """Lines to sign by hand: 主持人（签字）______  记录人（签字）______."""

    labels: tuple[str, ...]
    per_line: int = 2


@dataclass(frozen=True, slots=True)
class Attachments:
    """附件说明: names without end punctuation; one alone carries no number."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttachmentHead:
    """Head of an attachment: 附件1 at the upper left, its title in the middle of the third line (GB/T 9704 §7.3.8).

    The title is the one that `Attachments` names; one alone has no number. A PageBreak before it begins its page.
    """

    title: str
    number: int = 0

    @property
    def label(self) -> str:
        """附件, or 附件1."""
        return f"附件{self.number or ''}"


@dataclass(frozen=True, slots=True)
class Signature:
    """署名 and date at the end of an official paper. With a seal the date stands four characters from the right."""

    issuer: str
    signed_on: date
    is_sealed: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster image (PNG or JPEG bytes); height follows from the image's own proportions."""

    data: bytes
    width: float
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Space:
    """Blank lines of the body's pitch."""

    lines: float = 1.0


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts on a new page; `orientation` changes the page from there on when given."""

    orientation: Literal["portrait", "landscape"] | None = None


Block = (
    Heading
    | Paragraph
    | Facts
    | Table
    | Chart
    | Roll
    | Speech
    | SignatureLines
    | Attachments
    | AttachmentHead
    | Signature
    | Picture
    | Space
    | PageBreak
)
BLOCK_TYPES: tuple[type, ...] = (
    Heading,
    Paragraph,
    Facts,
    Table,
    Chart,
    Roll,
    Speech,
    SignatureLines,
    Attachments,
    AttachmentHead,
    Signature,
    Picture,
    Space,
    PageBreak,
)


@dataclass(frozen=True, slots=True)
class OfficialHead:
    """版头 of an official paper (GB/T 9704-2012 §7.2, 10.1, 10.3).

    `form` decides the layout: 文件 (mark ends with 文件), 函 (letter with red double lines), 纪要 (mark and issue).
    `number` is the whole 发文字号 such as 枫街办〔2026〕5号; `issue` is 第5期.
    """

    form: Literal["文件", "函", "纪要"]
    mark: str
    number: str = ""
    issue: str = ""
    issuer: str = ""
    issued_on: date | None = None
    signer: str = ""
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    addressee: str = ""
    """主送机关, without the colon."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """版记: who receives copies, who printed it and when."""

    copies_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None


@dataclass(frozen=True, slots=True)
class FootLine:
    """The line under a ledger: 填报单位（盖章） 填表人 审核人 负责人 联系电话 填报日期, as pairs in order."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Paper and direction. Margins follow from the style (公文: GB/T 9704; 表格: 15 mm)."""

    size: Literal["A4", "A3"] = "A4"
    orientation: Literal["portrait", "landscape"] = "portrait"


@dataclass(frozen=True, slots=True)
class Document:
    """One paper. `style` is 公文 (official) or 表格 (table)."""

    title: str
    blocks: tuple[Block, ...]
    style: Literal["official", "table"] = "table"
    page: Page = field(default_factory=Page)
    subtitle: str = ""
    """Second line of the head: unit and period of a ledger, e.g. 填报单位：…　统计期：2026年10月."""
    head: OfficialHead | None = None
    imprint: Imprint | None = None
    foot_line: FootLine | None = None
    is_draft: bool = False
    """Printed as 草稿 until it is approved."""
    short_code: str = ""
    """Traces a ledger back to its print record; never printed on official papers."""
    author: str = ""
    created_at: datetime | None = None
    """Written into file properties; None leaves a fixed date, so that equal content gives equal bytes."""


CHINESE_DIGITS = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 → 一, 10 → 十, 21 → 二十一; 1 to 99, as headings need.

    Raises ValueError outside that range.
    """
    if not 1 <= number <= 99:
        raise ValueError(f"标题序号只到九十九：{number}")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else CHINESE_DIGITS[tens] + "十"
    return head + (CHINESE_DIGITS[ones] if ones else "")


def heading_prefix(level: int, number: int) -> str:
    """The number before a heading by GB/T 9704-2012 §7.3.3: 一、（一）1.（1）."""
    if level == 1:
        return chinese_number(number) + "、"
    if level == 2:
        return f"（{chinese_number(number)}）"
    return f"{number}." if level == 3 else f"（{number}）"


def numbered(document: Document) -> Iterator[tuple[Block, str]]:
    """Each block with the text its heading number prints ('' for all others). Counters restart below a higher level."""
    counters = [0, 0, 0, 0]
    for block in document.blocks:
        if isinstance(block, Heading) and block.is_numbered:
            counters[block.level - 1] += 1
            counters[block.level :] = [0] * (4 - block.level)
            yield block, heading_prefix(block.level, counters[block.level - 1])
        else:
            yield block, ""


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round as offices do: 0.125 → 0.13. Python's own round() is to even."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def ratio(numerator: int | Decimal, denominator: int | Decimal, places: int = 2) -> Decimal | None:
    """Percentage, rounded half-up; None for a zero denominator; over 100 is not clamped (170238/167101 → 101.88)."""
    if not denominator:
        return None
    return round_half_up(Decimal(numerator) * 100 / Decimal(denominator), places)


def show(value: Value, kind: Kind = "text", places: int = 2) -> str:
    """The one way a value becomes text, in every format: 2026-11-22, 1,234, 77.8%, —.

    None in a column of numbers is a figure that does not exist; "" is a cell where nothing is to stand.
    """
    if isinstance(value, Cell):
        return show(value.value, value.kind, value.places)
    if value is None:
        return NO_FIGURE if kind in ("percent", "decimal", "integer") else ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.strftime("%Y-%m") if kind == "month" else value.isoformat()
    if kind == "percent" and isinstance(value, int | Decimal):
        return f"{round_half_up(Decimal(value), places)}%"
    if kind == "decimal" and isinstance(value, int | Decimal):
        return f"{round_half_up(Decimal(value), places):,}"
    if isinstance(value, int) and kind == "integer":
        return f"{value:,}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def long_date(day: date) -> str:
    """2026年3月5日: Arabic digits without zeros before them (GB/T 9704-2012 §7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"
