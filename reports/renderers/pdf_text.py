"""Chinese text set into lines: 避头尾, punctuation squeezed by half, words and figures whole, both edges flush.

Lengths are points. A line is broken by clusters, pieces that must stay together: a closing mark with what stands
before it, an opening one with what follows, a Latin word, a number. Text is never read as markup.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from reports.document import Align
from reports.renderers.pdf_paper import Face, Paper, colour_operator

NOT_AT_START: Final = frozenset("，。、；：？！）》〉」』】〕］｝”’…—～·,.;:!?)]}%％‰℃°々ー〗")
NOT_AT_END: Final = frozenset("（《〈「『【〔［｛“‘〖([{￥$＄№§")
HALF_EMPTY_RIGHT: Final = frozenset("，。、；：！？）》〉」』】〕］｝”’〗")
HALF_EMPTY_LEFT: Final = frozenset("（《〈「『【〔［｛“‘〖")
MAX_STRETCH: Final = 0.6
"""A line is left ragged rather than opened by more than this share of the size at each gap."""
_TOKEN: Final = re.compile(r"[!-~\u00a1-\u00b6\u00b8-\u024f]+|[ \u3000]+|—+|…+|.", re.DOTALL)
_EDGE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one face. A piece that must not be divided over lines (a person's name) says so."""

    text: str
    face: Face
    is_whole: bool = False
    colour: str = "#000000"


Character = tuple[str, Span]


@dataclass(slots=True)
class Cluster:
    """Characters that stay on one line; `core` is the width without closing marks at the end."""

    characters: list[Character]
    width: float
    core: float
    is_space: bool = False


@dataclass(slots=True)
class Line:
    """One line to be painted: characters, natural width, indent from the left edge, and whether it ends a paragraph."""

    characters: list[Character] = field(default_factory=list)
    width: float = 0.0
    indent: float = 0.0
    is_last: bool = False
    is_continued: bool = False


def _width(characters: Iterable[Character], size: float) -> float:
    return sum(span.face.advances[character] for character, span in characters) * size / 1000


def _clusters(spans: Sequence[Span], size: float, pitch: float) -> list[Cluster]:
    """Cut spans into clusters; `pitch` is added to each full-width character (the 28-character grid)."""
    found: list[Cluster] = []
    for span in spans:
        tokens = [span.text] if span.is_whole and span.text else _TOKEN.findall(span.text)
        for token in tokens:
            if not token:
                continue
            characters = [(character, span) for character in token]
            width = _set_width(characters, size, pitch)
            if token.isspace():
                found.append(Cluster(characters, width, width, is_space=True))
                continue
            last = found[-1] if found else None
            closes = token[0] in NOT_AT_START
            is_joined = last and not last.is_space and (closes or last.characters[-1][0] in NOT_AT_END)
            if last and is_joined:
                last.characters += characters
                last.width += width
                if not closes or len(token) > 1:
                    last.core = last.width
            else:
                found.append(Cluster(characters, width, width))
    return found


def _set_width(characters: list[Character], size: float, pitch: float) -> float:
    wide = sum(1 for character, span in characters if span.face.advances[character] >= 900) if pitch else 0
    return _width(characters, size) + wide * pitch


def _squeezable(characters: Iterable[Character]) -> int:
    """How many marks can give up half of their square."""
    return sum(
        1
        for character, span in characters
        if (character in HALF_EMPTY_RIGHT or character in HALF_EMPTY_LEFT) and span.face.advances[character] >= 900
    )


def _in_parts(cluster: Cluster, room: float, size: float, pitch: float) -> list[Cluster]:
    """A cluster wider than a whole line, as single characters; kinsoku gives way before text runs off the paper."""
    if cluster.width <= room + _EDGE:
        return [cluster]
    parts = []
    for character in cluster.characters:
        width = _set_width([character], size, pitch)
        parts.append(Cluster([character], width, width))
    return parts


def break_lines(
    spans: Sequence[Span],
    *,
    size: float,
    width: float,
    first: float = 0.0,
    hang: float = 0.0,
    pitch: float = 0.0,
    squeeze: float = 0.5,
) -> list[Line]:
    """Lines for one paragraph within `width`; `first` and `hang` indent the first and the other lines.

    Line breaks inside the text ("\\n") end a line. `squeeze` is the share of its size that a mark may give up; 0 for
    cells, which are painted without squeezing. Always at least one line, which may be empty.
    """
    lines: list[Line] = []
    for part in _by_newline(spans):
        indent = first if not lines else hang
        lines += _fill(part, size=size, width=width, indents=(indent, hang), pitch=pitch, squeeze=squeeze)
    return lines


def _by_newline(spans: Sequence[Span]) -> list[list[Span]]:
    parts: list[list[Span]] = [[]]
    for span in spans:
        pieces = span.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for number, piece in enumerate(pieces):
            if number:
                parts.append([])
            parts[-1].append(Span(piece, span.face, span.is_whole, span.colour))
    return parts


def _fill(
    spans: Sequence[Span], *, size: float, width: float, indents: tuple[float, float], pitch: float, squeeze: float
) -> list[Line]:
    lines = [Line(indent=indents[0])]
    narrowest = width - max(indents)
    for whole in _clusters(spans, size, pitch):
        for cluster in _in_parts(whole, narrowest, size, pitch):
            line = lines[-1]
            room = width - line.indent
            if line.width + cluster.width <= room + _EDGE:
                _append(line, cluster)
                continue
            if cluster.is_space:
                lines.append(Line(indent=indents[1], is_continued=True))
                continue
            over = line.width + cluster.width - room
            may_squeeze = line.width + cluster.core <= room + _EDGE
            if may_squeeze and over <= _squeezable([*line.characters, *cluster.characters]) * size * squeeze + _EDGE:
                _append(line, cluster)
                lines.append(Line(indent=indents[1], is_continued=True))
                continue
            fresh = Line(indent=indents[1], is_continued=True)
            _append(fresh, cluster)
            if line.characters:
                lines.append(fresh)
            else:
                lines[-1] = fresh
    if len(lines) > 1 and not lines[-1].characters:
        lines.pop()
    for line in lines:
        _trim(line, size, pitch)
    lines[-1].is_last = True
    return lines


def _append(line: Line, cluster: Cluster) -> None:
    # A space typed to indent a paragraph stays; one that falls on a break goes.
    if cluster.is_space and not line.characters and line.is_continued:
        return
    line.characters += cluster.characters
    line.width += cluster.width


def _trim(line: Line, size: float, pitch: float) -> None:
    while line.characters and line.characters[-1][0].isspace():
        line.width -= _set_width([line.characters.pop()], size, pitch)


def _gaps(characters: list[Character]) -> list[int]:
    """Indexes after which a justified line may open: at spaces and beside full-width characters."""
    wide = [span.face.advances[character] >= 900 for character, span in characters]
    return [at for at in range(len(characters) - 1) if wide[at] or wide[at + 1] or characters[at][0] == " "]


def _adjustments(line: Line, *, size: float, width: float, pitch: float, align: Align) -> list[float]:
    """Points to add after each character (index 0 is before the first)."""
    count = len(line.characters)
    extra = [0.0] * (count + 1)
    if pitch:
        for at, (character, span) in enumerate(line.characters):
            if span.face.advances[character] >= 900:
                extra[at + 1] += pitch
    spare = width - line.indent - line.width
    if spare < -_EDGE:
        _squeeze(line, extra, -spare, size)
    elif align == "justify" and not line.is_last and spare > _EDGE:
        gaps = _gaps(line.characters)
        if gaps and spare / len(gaps) <= MAX_STRETCH * size:
            for at in gaps:
                extra[at + 1] += spare / len(gaps)
    return extra


def _squeeze(line: Line, extra: list[float], over: float, size: float) -> None:
    """Take `over` points out of the empty halves of marks, the last mark of the line first."""
    marks = [
        at
        for at, (character, span) in enumerate(line.characters)
        if (character in HALF_EMPTY_RIGHT or character in HALF_EMPTY_LEFT) and span.face.advances[character] >= 900
    ]
    if marks and marks[-1] == len(line.characters) - 1 and line.characters[-1][0] in HALF_EMPTY_RIGHT:
        taken = min(over, size / 2)
        extra[marks.pop() + 1] -= taken
        over -= taken
    for at in marks:
        share = over / len(marks)
        extra[at if line.characters[at][0] in HALF_EMPTY_LEFT else at + 1] -= share


def paint_line(
    paper: Paper,
    line: Line,
    *,
    x: float,
    y: float,
    size: float,
    width: float,
    align: Align = "justify",
    pitch: float = 0.0,
) -> None:
    """Paint a line whose box starts at x; y is the baseline."""
    if not line.characters:
        return
    spare = width - line.indent - line.width
    start = x + line.indent
    if align == "center":
        start += spare / 2
    elif align == "right":
        start += spare
    extra = _adjustments(line, size=size, width=width, pitch=pitch, align=align)
    start += extra[0]
    common = Counter(round(value, 4) for value in extra[1:-1]).most_common(1)[0][0] if len(extra) > 2 else 0.0
    operators = [f"BT 1 0 0 1 {start:.2f} {y:.2f} Tm {common:.4f} Tc"]
    font, colour, codes = None, "", ""
    shown: list[str] = []

    def close() -> None:
        if codes:
            shown.append(f"<{codes}>")
        if shown:
            operators.append(f"[{' '.join(shown)}] TJ")
        shown.clear()

    for at, (character, span) in enumerate(line.characters):
        own_font, code, _advance = span.face[character]
        if own_font is not font or span.colour != colour:
            close()
            codes = ""
            operators.append(f"/{own_font.name} {size:g} Tf {colour_operator(span.colour)}")
            font, colour = own_font, span.colour
        codes += code
        move = extra[at + 1] - common
        if abs(move) > 0.0005:
            shown.append(f"<{codes}>")
            shown.append(f"{-move * 1000 / size:.1f}")
            codes = ""
    close()
    operators.append("0 Tc ET")
    paper.write(" ".join(operators))


def baseline(top: float, *, size: float, leading: float) -> float:
    """Baseline of a line box whose upper edge is at `top`: the em square (0.88 over, 0.12 under) in its middle."""
    return top - (leading - size) / 2 - 0.88 * size


def wrap_cell(text: str, face: Face, *, size: float, width: float) -> list[str]:
    """The lines of a table cell as plain strings, none wider than `width` unless one character is."""
    lines = break_lines((Span(text, face),), size=size, width=width, squeeze=0.0)
    return ["".join(character for character, _span in line.characters) for line in lines]
