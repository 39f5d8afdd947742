"""The measures every renderer shares: paper, margins, type sizes, font roles, colours.

Lengths are millimetres, type sizes points. Official papers follow GB/T 9704-2012 (§ numbers below); tables follow
what offices print from their spreadsheets. A renderer that cannot keep a measure says so beside its own code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from reports.document import Document, Page

MM: Final = 72 / 25.4
"""Points in a millimetre."""

Role = Literal["fangsong", "title", "song", "song_bold", "hei", "kai"]
"""What a typeface is for; reports.fonts finds the file, Word and Excel use the names below."""

ROLES: Final[tuple[Role, ...]] = ("fangsong", "title", "song", "song_bold", "hei", "kai")

OFFICE_FONTS: Final[dict[Role, str]] = {
    "fangsong": "仿宋",
    "title": "方正小标宋简体",
    "song": "宋体",
    "song_bold": "宋体",
    "hei": "黑体",
    "kai": "楷体",
}
"""The names Word, Excel and the browser ask the reader's own machine for."""

WEB_FONTS: Final[dict[Role, str]] = {
    "fangsong": '"仿宋_GB2312","仿宋",FangSong,STFangsong,serif',
    "title": '"方正小标宋简体","方正小标宋_GBK","Noto Serif CJK SC",SimSun,serif',
    "song": '"宋体",SimSun,"Noto Serif CJK SC",serif',
    "song_bold": '"宋体",SimSun,"Noto Serif CJK SC",serif',
    "hei": '"黑体",SimHei,"PingFang SC","Noto Sans CJK SC",sans-serif',
    "kai": '"楷体_GB2312","楷体",KaiTi,STKaiti,serif',
}

BOLD_ROLES: Final[frozenset[Role]] = frozenset({"song_bold"})
"""Roles that Word and Excel get by the bold flag, since the name alone is the regular face."""

SIZE_NAMES: Final[dict[str, float]] = {
    "初号": 42,
    "小初": 36,
    "一号": 26,
    "小一": 24,
    "二号": 22,
    "小二": 18,
    "三号": 16,
    "小三": 15,
    "四号": 14,
    "小四": 12,
    "五号": 10.5,
    "小五": 9,
}

PAPER: Final[dict[str, tuple[float, float]]] = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
"""Width and height, upright."""

OFFICIAL_ROWS: Final = 22
OFFICIAL_COLUMNS: Final = 28
OFFICIAL_BODY_SIZE: Final = 15.75
"""三号 is 16 pt, but 28 characters of 16 pt are wider than 156 mm; 15.75 pt fits them with 0.05 pt to each."""
OFFICIAL_LINE: Final = 225 / OFFICIAL_ROWS
"""Line pitch of the official body: 10.227 mm, 28.99 pt."""
OFFICIAL_CHARACTER: Final = 156 / OFFICIAL_COLUMNS
"""Character pitch of the official body: 5.571 mm, 15.79 pt."""

SEAL_INDENT: Final = 4
"""Characters right of the date on a sealed paper (§7.3.5.1); SIGNATURE_INDENT without a seal (§7.3.5.2)."""
SIGNATURE_INDENT: Final = 2
SEAL_BLANKS: Final = 2
"""Lines above 署名: a seal needs room over it; without one it stands one blank line below the text (§7.3.5.2)."""
SIGNATURE_BLANKS: Final = 1
MARK_FROM_BODY_TOP: Final = 35.0
"""From the top of 版心 to the upper edge of the issuing body's mark (§7.2.4)."""
RED_LINE_BELOW_NUMBER: Final = 4.0
LETTER_MARK_FROM_PAGE_TOP: Final = 30.0
LETTER_RULE_WIDTH: Final = 170.0
LETTER_RULE_FROM_BOTTOM: Final = 20.0
IMPRINT_RULE_OUTER: Final = 0.35
IMPRINT_RULE_INNER: Final = 0.25
PAGE_NUMBER_BELOW_BODY: Final = 7.0
"""From the foot of 版心 to the top of the 一字线 beside the page number (§7.5)."""

INK: Final = "#1f2329"
SECOND: Final = "#4e5969"
HINT: Final = "#86909c"
LINE: Final = "#8a919f"
HEAD_TINT: Final = "#f0f2f5"
PARTY_RED: Final = "#c8102e"
CHART_COLOURS: Final = ("#2f6fde", "#1f9e89", "#d99a00", "#7a5cc8", "#8a919f")
"""In this order; they stay apart in grey."""

DRAFT_TEXT: Final = "草稿"
PROPERTIES_DATE: Final = (2000, 1, 1, 0, 0, 0)
"""Written as creation date where a Document names none, so that equal content gives equal bytes."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Distances from the paper's edge to the text."""

    top: float
    right: float
    bottom: float
    left: float


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Role, size and line pitch (points) of one kind of text; `colour` as #rrggbb."""

    role: Role
    size: float
    leading: float
    colour: str = "#000000"


OFFICIAL_MARGINS: Final = Margins(top=37.0, right=26.0, bottom=35.0, left=28.0)
TABLE_MARGINS: Final = Margins(top=15.0, right=15.0, bottom=15.0, left=15.0)

_PITCH = OFFICIAL_LINE * MM
OFFICIAL: Final[dict[str, TextStyle]] = {
    "title": TextStyle("title", 22, _PITCH),
    "mark": TextStyle("title", 40, 48.0, PARTY_RED),
    "body": TextStyle("fangsong", OFFICIAL_BODY_SIZE, _PITCH),
    "bold": TextStyle("hei", OFFICIAL_BODY_SIZE, _PITCH),
    "heading_1": TextStyle("hei", OFFICIAL_BODY_SIZE, _PITCH),
    "heading_2": TextStyle("kai", OFFICIAL_BODY_SIZE, _PITCH),
    "heading_3": TextStyle("fangsong", OFFICIAL_BODY_SIZE, _PITCH),
    "heading_4": TextStyle("fangsong", OFFICIAL_BODY_SIZE, _PITCH),
    "subtitle": TextStyle("kai", OFFICIAL_BODY_SIZE, _PITCH),
    "table": TextStyle("song", 10.5, 15.0),
    "table_head": TextStyle("hei", 10.5, 15.0),
    "caption": TextStyle("hei", 12, 18.0),
    "note": TextStyle("song", 9, 13.0),
    "imprint": TextStyle("fangsong", 14, 21.0),
    "page_number": TextStyle("song", 14, 14.0),
}
"""Styles of 公文 by what the text is. `hei` and `kai` of a Run take the body's size."""

TABLE: Final[dict[str, TextStyle]] = {
    "title": TextStyle("title", 18, 25.0),
    "subtitle": TextStyle("song", 10.5, 16.0),
    "body": TextStyle("song", 10.5, 18.0),
    "bold": TextStyle("song_bold", 10.5, 18.0),
    "heading_1": TextStyle("hei", 12, 20.0),
    "heading_2": TextStyle("kai", 12, 19.0),
    "heading_3": TextStyle("song_bold", 10.5, 18.0),
    "heading_4": TextStyle("song", 10.5, 18.0),
    "table": TextStyle("song", 9, 12.5),
    "table_head": TextStyle("song_bold", 9, 12.5),
    "caption": TextStyle("song_bold", 10.5, 16.0),
    "note": TextStyle("song", 9, 13.0, SECOND),
    "imprint": TextStyle("song", 9, 13.0),
    "page_number": TextStyle("song", 9, 12.0, SECOND),
}
"""Styles of 表格 by what the text is."""

CELL_PADDING: Final = 1.2
"""Left and right of a cell's text; 0.7 above and below."""
CELL_PADDING_VERTICAL: Final = 0.7
TABLE_RULE: Final = 0.4
"""Points: the inner rules of a table; the frame is TABLE_FRAME."""
TABLE_FRAME: Final = 0.8


def paper_size(page: Page, orientation: str | None = None) -> tuple[float, float]:
    """Width and height in millimetres of `page`, or of the same paper turned to `orientation`."""
    width, height = PAPER[page.size]
    return (height, width) if (orientation or page.orientation) == "landscape" else (width, height)


def margins(document: Document, orientation: str = "portrait") -> Margins:
    """The margins of the document's style; 公文 turned across keep the edges of the upright sheet they are bound in.

    The head of a table across lies at the left edge of the upright sheet: 订口 of odd pages, 切口 of even ones (§11).
    """
    return margins_of(document.style, orientation)


def margins_of(style: str, orientation: str) -> Margins:
    """The margins of official or table papers, upright or turned across."""
    if style != "official":
        return TABLE_MARGINS
    upright = OFFICIAL_MARGINS
    if orientation == "landscape":
        return Margins(top=upright.left, right=upright.top, bottom=upright.right, left=upright.bottom)
    return upright


def text_width(document: Document, orientation: str) -> float:
    """Millimetres between the margins."""
    edge = margins(document, orientation)
    return paper_size(document.page, orientation)[0] - edge.left - edge.right


def text_style(document: Document, name: str) -> TextStyle:
    """The style of `name` (body, title, heading_1, table …) in the document's style; KeyError for an unknown name."""
    return (OFFICIAL if document.style == "official" else TABLE)[name]


def run_style(document: Document, role: str) -> TextStyle:
    """What a Run of role body, bold, hei or kai prints in: the body's size and pitch, the role's face."""
    styles = OFFICIAL if document.style == "official" else TABLE
    body = styles["body"]
    if role in ("hei", "kai"):
        return TextStyle("hei" if role == "hei" else "kai", body.size, body.leading, body.colour)
    return styles[role]
