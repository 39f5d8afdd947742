"""How a table's width is divided: by the shares asked for, but no figure, date or code is cut where there is room.

Lengths are points, or em (the type's own size) where the name says so. The PDF measures text by its fonts; Word and
Excel print on machines whose fonts are not known here, so `wants_of` reckons by kinds of characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reports.document import Kind, Table, TableColumn, show

SIZES: Final = (10.5, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""Tried from large to small."""
FEWEST_CHARACTERS: Final = 5
"""A column of text that wraps keeps room for so many characters, if a smaller type can make it."""
LONGEST_LABEL: Final = 2.0
"""Em: a head may be broken, but never into single characters."""
WIDEST_WORD: Final = 24 * 0.5
"""Em: a word longer than 24 half-width characters (an address of the web) may be cut."""
WORD: Final = re.compile(r"[!-~]{4,}")
"""What must not be cut in a cell of text: figures, codes, telephone numbers."""
WHOLE_KINDS: Final[frozenset[Kind]] = frozenset({"integer", "decimal", "percent", "date", "month", "id"})
DIGITS: Final = (0.64, 0.52)
"""Em of a digit: of the broad ones that stand in where 宋体 is missing, then of 宋体 itself."""
_EDGE: Final = 0.02


def least_width(column: TableColumn, *, widest: float, label: float, word: float) -> float:
    """The least a column must have, in em: `widest` of its cells, its `label`, and its widest uncuttable `word`."""
    whole = widest if column.kind in WHOLE_KINDS else word
    return min(max(whole, min(label, LONGEST_LABEL), min(widest, FEWEST_CHARACTERS)), WIDEST_WORD)


def share_widths(shares: list[float], least: list[float], room: float) -> list[float]:
    """Divide `room` by shares, none below its least width; if the least do not fit, they shrink alike."""
    total = sum(least)
    if total >= room:
        return [width * room / total for width in least]
    fixed: set[int] = set()
    while True:
        free = room - sum(least[at] for at in fixed)
        weight = sum(share for at, share in enumerate(shares) if at not in fixed) or 1.0
        widths = [least[at] if at in fixed else free * share / weight for at, share in enumerate(shares)]
        short = {at for at, width in enumerate(widths) if at not in fixed and width < least[at] - _EDGE}
        if not short:
            return widths
        fixed |= short


def even_out(widths: list[float], wanted: list[float], may_give: list[bool]) -> list[float]:
    """Let columns wider than their text give to those that wrap; empty ones, meant to be written in, give nothing."""
    spare = [max(0.0, width - want) if may else 0.0 for width, want, may in zip(widths, wanted, may_give, strict=True)]
    lacking = [max(0.0, want - width) for width, want in zip(widths, wanted, strict=True)]
    pool = moved = min(sum(spare), sum(lacking))
    if moved <= _EDGE:
        return widths
    give = moved / sum(spare)
    taken = [0.0] * len(widths)
    # The smallest need first: a name one character too long is worth more than a shorter remark.
    needy = sorted((at for at, lack in enumerate(lacking) if lack > 0), key=lambda at: (lacking[at], at))
    for number, at in enumerate(needy):
        taken[at] = min(lacking[at], pool / (len(needy) - number))
        pool -= taken[at]
    return [width - extra * give + more for width, extra, more in zip(widths, spare, taken, strict=True)]


@dataclass(frozen=True, slots=True)
class Wants:
    """For each column, in em: the least it must have, what it would like, and whether it may give of its width."""

    least: list[float]
    most: list[float]
    may_give: list[bool]


def wants_of(table: Table, *, digit: float) -> Wants:
    """What the columns want, reckoned without a font."""
    least, most, may_give = [], [], []
    for at, column in enumerate(table.columns):
        texts = {show(row[at], column.kind, column.places) for row in table.rows}
        if table.totals:
            texts.add(show(table.totals[at], column.kind, column.places))
        widest = max((_em(line, digit) for text in texts for line in text.split("\n")), default=0.0)
        label = max(_em(line, digit) for line in column.label.split("\n"))
        word = 0.0
        if column.kind not in WHOLE_KINDS:
            word = max((_em(found, digit) for text in texts for found in WORD.findall(text)), default=0.0)
        least.append(least_width(column, widest=widest, label=label, word=word))
        most.append(max(widest, label))
        may_give.append(any(texts))
    return Wants(least, most, may_give)


def _em(text: str, digit: float) -> float:
    """UTF-8 tells Chinese from Latin: three bytes and one. A ledger asks this of each cell."""
    wide = min(len(text), (len(text.encode("utf-8", "ignore")) - len(text)) / 2)
    return digit * len(text) + (1 - digit) * wide


@dataclass(frozen=True, slots=True)
class Fitted:
    """Type size and widths of a table's columns in points."""

    size: float
    widths: list[float]


def fitted(table: Table, *, room: float, size: float, padding: float) -> Fitted:
    """Columns of `table` within `room`, in type of `size` or, where codes would be cut, a smaller one."""
    for digit in DIGITS:
        wants = wants_of(table, digit=digit)
        if _total(wants.least, size, padding) <= room:
            break
    smaller = [each for each in SIZES if each <= size]
    found = next((each for each in smaller if _total(wants.least, each, padding) <= room), smaller[-1])
    least = [em * found + padding for em in wants.least]
    wanted = [em * found + padding for em in wants.most]
    shares = [max(column.width, 0.01) for column in table.columns]
    return Fitted(found, even_out(share_widths(shares, least, room), wanted, wants.may_give))


def roomy(table: Table, *, room: float, size: float, padding: float) -> list[float]:
    """Widths by the shares asked for where these hold every code; else wider ones, together more than `room` if need be.

    So tables of the same shares keep the same edges, and can stand one above the other in the columns of a sheet.
    """
    shares = [max(column.width, 0.01) for column in table.columns]
    for digit in DIGITS:
        least = [em * size + padding for em in wants_of(table, digit=digit).least]
        if sum(least) <= room:
            break
    scale = room / sum(shares)
    if all(share * scale >= low - _EDGE for share, low in zip(shares, least, strict=True)):
        return [share * scale for share in shares]
    return share_widths(shares, least, max(room, sum(least) + _EDGE))


def _total(ems: list[float], size: float, padding: float) -> float:
    return sum(em * size + padding for em in ems)
