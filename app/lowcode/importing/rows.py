"""Rows below a header: which hold a record, and why the others hold none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.fields.cells import MISSING
from app.lowcode.importing import headings
from app.lowcode.importing.grid import Grid
from app.lowcode.importing.headings import plain_heading
from app.lowcode.importing.tables import Table, Why

_LONG_NUMBER = re.compile(r"^'?(\d{11}|\d{15}|\d{17}[\dXx])$")
_SECTION_COUNT = re.compile(r"^[(（共]*\s*\d+\s*(人|名|户|个|栋|幢)[)）]?$")
_ENDS_OF_TOTALS = "计:：人户名总"
_FIELD_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_]*$")
_CHINESE_FIGURE = re.compile(r"^[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?$")
_PREFILLED_ROWS = 20
_SHORT_NAME = 4
_UNIT_WORDS = (
    "年 月 日 岁 人 名 户 栋 幢 个 套 间 层 家 处 条 次 件 项 台 辆 元 万元 亿元 % 米 公里 亩 平方米 平米 万平方米 ㎡ 万㎡ m² 元/月 元/年 "
    "元/平方米 元/㎡ 元/㎡·月 元/平方米·月 公顷 吨 度 小时 分 分钟 天 周 月/日 年月 年月日"
)
_UNITS = frozenset(_UNIT_WORDS.split())
_LETTERS = "甲乙丙丁戊己庚辛壬癸"


class RowJudge:
    """Tells why a row below the header of some tables, side by side, holds no record."""

    def __init__(self, grid: Grid, tables: Sequence[Table]) -> None:
        self.grid, self.tables = grid, tables
        self.words = {plain_heading(cell.last) for table in tables for cell in table.columns}
        first = tables[0]
        self._anchor = first.column_of("name", "key") if len(tables) == 1 else None
        self._enough = max(3, (len(first.columns) + 1) // 2)
        self._odd = {cell.last for cell in first.columns} | set(MISSING)

    def is_plain(self, row: int) -> bool:
        """A quick yes for rows that cannot be anything else: named and well filled. Most rows of a long table."""
        anchor, cells, first_column = self._anchor, self.grid.rows[row], self.tables[0].left
        # The first row below a header may say how to fill it in, and is looked at closely.
        if (
            anchor is None
            or not self.tables[0].rows
            or anchor >= len(cells)
            or len(cells) - cells.count("") < self._enough
        ):
            return False
        name = cells[anchor]
        if not isinstance(name, str) or name in self._odd or name[-1] in _ENDS_OF_TOTALS:
            return False
        if any(isinstance(cell, str) and cell[-1:] in ("计", "总") for cell in cells[first_column:anchor]):
            return False
        serial = self.tables[0].serial
        first = cells[self.tables[0].left if serial is None else serial]
        if isinstance(first, float):
            return True
        return isinstance(first, str) and (first.isdigit() if serial is not None else _is_value(first))

    def why_not(self, row: int, *, is_in_note: bool) -> Why | None:
        """Why the row holds no record; None where it does, in at least one of the tables."""
        grid = self.grid
        filled = grid.filled_columns(row)
        if not filled:
            return "blank"
        texts = [grid.text(row, column) for column in filled]
        if self._is_total(row, filled, texts):
            return "total"
        if _is_signed(texts):
            return "signature"
        if self._is_note(row, filled, texts, is_in_note=is_in_note):
            return "note"
        if self._is_section(row, filled, texts):
            return "title"
        if all(not any(table.left <= column < table.right for column in filled) for table in self.tables):
            return "note"  # written beside the table
        whys = [self.why_not_in(row, table) for table in self.tables]
        return None if any(why is None for why in whys) else whys[0]

    def why_not_in(self, row: int, table: Table) -> Why | None:
        """The same for one table of several that stand side by side."""
        grid = self.grid
        filled = [column for column in range(table.left, table.right) if grid.text(row, column)]
        if not filled:
            return "blank"
        texts = [grid.text(row, column) for column in filled]
        if len(self.tables) > 1 and headings.is_total(texts[0]):
            return "total"
        rest = [column for column in filled if column != table.serial]
        if not rest:
            return "numbered_blank" if len(texts[0]) <= 6 else "title"
        if all(grid.text(row, column) in MISSING or self._is_idle(row, column, table) for column in rest):
            return "numbered_blank" if table.serial in filled else "blank"
        if self._is_continued(row, table):
            return "note"
        if self._is_prefilled(row, table, rest):
            return "numbered_blank" if table.serial in filled else "blank"
        return None

    def _is_idle(self, row: int, column: int, table: Table) -> bool:
        """A 0 in a prepared row that names nobody: the figure of a formula over blank cells."""
        anchor = table.column_of("name", "key")
        return (
            anchor not in (None, column) and not self.grid.text(row, anchor or 0) and self.grid.cell(row, column) == 0
        )

    def _is_total(self, row: int, filled: list[int], texts: list[str]) -> bool:
        if any(_LONG_NUMBER.match(text) for text in texts):
            return False
        if headings.is_total(texts[0]) or any(
            headings.is_total(text) and not headings.is_counted(text) for text in texts[1:3]
        ):
            return True
        return self._is_bare_sum(row, filled)

    def _is_bare_sum(self, row: int, filled: list[int]) -> bool:
        """A last row of figures without a word, each the sum of its column."""
        table, grid = self.tables[0], self.grid
        anchor = table.column_of("name", "key")
        if len(self.tables) > 1 or anchor is None or anchor in filled or table.serial in filled or len(table.rows) < 2:
            return False
        for column in filled:
            sum_ = grid.cell(row, column)
            above = [grid.cell(other, column) for other in table.rows]
            if not isinstance(sum_, float) or not all(isinstance(each, float) or each == "" for each in above):
                return False
            if abs(sum(each for each in above if each != "") - sum_) > 0.005:
                return False
        return True

    def _is_note(self, row: int, filled: list[int], texts: list[str], *, is_in_note: bool) -> bool:
        first, is_short = texts[0], len(filled) <= 2
        if self._is_first() and _says_how_to_fill_in(texts):
            return True
        if self._is_named(row):
            return self._is_sample(row, texts, looked_at=len(texts))
        if is_short and headings.is_note(first):
            return True
        if is_in_note and is_short and (headings.is_list_item(first) or len(first) > 20):
            return True
        if len(filled) == 1 and headings.is_closing(first):
            return True
        return self._is_sample(row, texts, looked_at=2)

    def _is_sample(self, row: int, texts: list[str], *, looked_at: int) -> bool:
        """Marked in its first cell, in the first row also in one of the next; a real name typed over a sample is none."""
        anchor = self.tables[0].column_of("name", "key")
        name = self.grid.text(row, anchor) if anchor is not None else ""
        if name and not headings.is_sample(name):
            texts = [text for text in texts if not headings.is_sample_cell(text)]
        return headings.is_sample(texts[0]) or (
            self._is_first() and any(headings.is_sample(text) for text in texts[1:looked_at])
        )

    def _is_first(self) -> bool:
        """Whether no record came before."""
        return not any(table.rows for table in self.tables)

    def _is_named(self, row: int) -> bool:
        table = self.tables[0]
        anchor = table.column_of("name", "key")
        return table.serial is not None and anchor is not None and self._is_numbered(row) and bool(
            self.grid.text(row, anchor)
        )  # fmt: skip

    def _is_numbered(self, row: int) -> bool:
        serial = self.tables[0].serial
        return serial is not None and self.grid.text(row, serial).isdigit()

    def _is_section(self, row: int, filled: list[int], texts: list[str]) -> bool:
        """一、第一网格（12人）: one cell that names what follows, perhaps with a count; or a line numbered otherwise."""
        if self._opens_a_count(row) or (len(filled) == 1 and self._is_above_header(row)):
            return True
        counts = [text for text in texts[1:] if _SECTION_COUNT.match(text)]
        if len(counts) < len(texts) - 1 or (self._is_numbered(row) and len(texts) > 1):
            return False
        table, first = self.tables[0], filled[0]
        width = sum(len(each.columns) for each in self.tables)
        if self.grid.wide.get(row, 0) >= max(3, width // 2):
            return True
        if not any(each.left <= first < each.right for each in self.tables):
            return False
        if first == table.serial or (first == table.left and table.column_of("name") != first):
            return not texts[0].isdigit() and (table.serial is not None or len(texts[0]) > _SHORT_NAME or width > 3)
        if first != table.column_of("name") or width < _SHORT_NAME:
            return False
        return len(texts[0]) > _SHORT_NAME or bool(counts) or headings.is_list_item(texts[0])

    def _is_above_header(self, row: int) -> bool:
        """A lone cell above the header that comes again: 第二网格."""
        below = self.grid.next_filled_row(row + 1)
        if below is None:
            return False
        texts = [plain_heading(self.grid.text(below, column)) for column in self.grid.filled_columns(below)]
        return len(texts) >= 2 and all(text in self.words for text in texts)

    def _opens_a_count(self, row: int) -> bool:
        """一 | 场地类 | 3处 above rows that count 1, 2, 3."""
        serial, below = self.tables[0].serial, self.grid.next_filled_row(row + 1)
        if serial is None or below is None or not _CHINESE_FIGURE.match(self.grid.text(row, serial)):
            return False
        return self.grid.text(below, serial) == "1"

    def _is_continued(self, row: int, table: Table) -> bool:
        """The second line of a record whose name and number are merged down."""
        anchors = [cell.index for cell in table.columns if cell.role == "name"]
        if not table.rows or table.rows[-1] != row - 1 or not any((row, at) in self.grid.tall for at in anchors):
            return False
        if any((row, at) not in self.grid.tall and self.grid.text(row, at) for at in anchors):
            return False  # 网格长 is merged down over several 网格员, each of them named
        return table.serial is None or (row, table.serial) in self.grid.tall

    def _is_prefilled(self, row: int, table: Table, rest: list[int]) -> bool:
        """Nothing but the community, or what stands in every row above: prepared for somebody, but nobody is there."""
        anchor = table.column_of("name", "key")
        if anchor is None or anchor in rest or (row, anchor) in self.grid.tall:
            return False
        places = {cell.index for cell in table.columns if cell.role == "place"}
        above = table.rows[-_PREFILLED_ROWS:]
        return all(
            column in places
            or (len(above) > 1 and {self.grid.text(other, column) for other in above} == {self.grid.text(row, column)})
            for column in rest
        )


def _is_value(text: str) -> bool:
    return ":" not in text and "：" not in text and not headings.is_signer(text) and not headings.is_sample(text)


def _is_signed(texts: list[str]) -> bool:
    signed = [text for text in texts if headings.is_signature(text)]
    if headings.is_signature(texts[0]) or 2 * len(signed) > len(texts):
        return True
    signers = sum(1 for text in texts if headings.is_signer(text))
    return signers >= 2 or (len(texts) <= 2 and all(headings.is_date_line(text) for text in texts))


def _says_how_to_fill_in(texts: list[str]) -> bool:
    """The line between header and records that forms have: numbers of the columns, hints, units, names of a system."""
    return _are_column_numbers(texts) or _are_hints(texts) or _are_field_names(texts) or _are_units(texts)


def _are_units(texts: list[str]) -> bool:
    """年 · 栋 · 户 · 平方米 under a header."""
    return len(texts) >= 2 and all(text.strip("()（）") in _UNITS for text in texts)


def _are_column_numbers(texts: list[str]) -> bool:
    """1 2 3 4 … or 甲 乙 1 2 … under a header."""
    bare = [text.strip("()（）") for text in texts]
    if len(bare) < 3:
        return False
    letters = [text for text in bare if text in _LETTERS or text in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    numbers = [int(text) for text in bare if text.isdecimal()]
    start = numbers[0] if numbers else 0
    return len(letters) + len(numbers) == len(bare) and (
        numbers == list(range(start, start + len(numbers))) and start <= len(letters) + 1
    )


def _are_field_names(texts: list[str]) -> bool:
    """id xm sfzh lxdh: what a system calls its columns, under the words for people."""
    return len(texts) >= 3 and all(_FIELD_NAME.match(text) for text in texts)


def _are_hints(texts: list[str]) -> bool:
    """必填 · 18位 · 如：第一网格 · 男/女 under a header."""
    hints = sum(1 for text in texts if headings.is_hint(text))
    return hints >= 2 and 2 * hints >= len(texts) and not any(_LONG_NUMBER.match(text) for text in texts)
