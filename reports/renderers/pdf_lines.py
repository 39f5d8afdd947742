"""Chinese text broken into lines: 避头尾, words and figures whole, no line opened wide before a long code.

Lengths are points. A line is broken by clusters, pieces that must stay together: a closing mark with what stands
before it, an opening one with what follows, a Latin word, a number. Text is never read as markup.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from reports.renderers.pdf_paper import Face

NOT_AT_START: Final = frozenset("，。、；：？！）》〉」』】〕］｝”’…—～－–·・／．,.;:!?)]}%％‰℃°′″々ー〗")
NOT_AT_END: Final = frozenset("（《〈「『【〔［｛“‘〖([{￥$＄№§／")
"""GB/T 15834-2011 5.1: 分隔号 stands neither at the start nor at the end of a line, 连接号 and 间隔号 not at the start."""
HALF_EMPTY_RIGHT: Final = frozenset("，。、；：！？）》〉」』】〕］｝”’〗")
HALF_EMPTY_LEFT: Final = frozenset("（《〈「『【〔［｛“‘〖")
LOOSE: Final = 0.12
"""Before a line is opened by more than this share, a long code behind it is divided at one of its own marks."""
LONG_CODE: Final = 14
"""Characters: shorter codes, and figures of any length, are never divided."""
CODE_PART: Final = 3
"""The fewest characters of a divided code on either line."""
_TOKEN: Final = re.compile(r"(?:表|图|附件)\d+|[!-~\u00a1-\u00b6\u00b8-\u024f]+|[ \u3000]+|—+|…+|.", re.DOTALL)
_CODE: Final = re.compile(r"[!-~]{14,}")
_CODE_MARKS: Final = frozenset("-/_.?&=@:")
EDGE: Final = 0.01


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
    """A cluster wider than a whole line, as single characters; a mark that may not begin a line keeps the one before.

    Marks in a row wider than half a line are parted too: kinsoku gives way before text runs off the paper.
    """
    if cluster.width <= room + EDGE:
        return [cluster]
    parts: list[Cluster] = []
    for character in cluster.characters:
        width = _set_width([character], size, pitch)
        if parts and character[0] in NOT_AT_START and parts[-1].width + width <= room / 2:
            parts[-1].characters.append(character)
            parts[-1].width += width
        else:
            parts.append(Cluster([character], width, width))
    return parts


def _divided(cluster: Cluster, room: float, size: float, pitch: float) -> tuple[Cluster, Cluster] | None:
    """A long code (file number, web address) cut after the last of its marks that `room` holds; None for a figure."""
    text = "".join(character for character, _span in cluster.characters)
    code = _CODE.search(text) if len(text) == len(cluster.characters) else None
    if code is None or not any(character.isalpha() for character in code[0]):
        return None
    for at in range(code.end() - CODE_PART, code.start() + CODE_PART - 1, -1):
        head, tail = cluster.characters[:at], cluster.characters[at:]
        if text[at - 1] in _CODE_MARKS and text[at] not in _CODE_MARKS and _set_width(head, size, pitch) <= room:
            before, after = (_set_width(part, size, pitch) for part in (head, tail))
            return Cluster(head, before, before), Cluster(tail, after, after - (cluster.width - cluster.core))
    return None


def _is_loose(line: Line, spare: float, size: float) -> bool:
    """Whether opening `line` by `spare` points would show."""
    return spare > LOOSE * size * max(1, len(gaps(line.characters)))


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
    cells, which are neither squeezed nor justified. Always at least one line, which may be empty.
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
    waiting = deque(_clusters(spans, size, pitch))
    while waiting:
        whole = waiting.popleft()
        if whole.width > narrowest + EDGE and (halves := _divided(whole, narrowest, size, pitch)):
            waiting.extendleft(reversed(halves))
            continue
        for cluster in _in_parts(whole, narrowest, size, pitch):
            line = lines[-1]
            room = width - line.indent
            if line.width + cluster.width <= room + EDGE:
                _append(line, cluster)
                continue
            if cluster.is_space:
                lines.append(Line(indent=indents[1], is_continued=True))
                continue
            over = line.width + cluster.width - room
            may_squeeze = line.width + cluster.core <= room + EDGE
            # The last character needs no gap of the grid behind it.
            given = _squeezable([*line.characters, *cluster.characters]) * size * squeeze + pitch
            if may_squeeze and over <= given + EDGE:
                _append(line, cluster)
                lines.append(Line(indent=indents[1], is_continued=True))
                continue
            spare = room - line.width
            halves = _divided(cluster, spare, size, pitch) if squeeze and _is_loose(line, spare, size) else None
            if halves:
                _append(line, halves[0])
                lines.append(Line(indent=indents[1], is_continued=True))
                waiting.appendleft(halves[1])
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


def gaps(characters: list[Character]) -> list[int]:
    """Indexes after which a justified line may open: at spaces and beside full-width characters."""
    wide = [span.face.advances[character] >= 900 for character, span in characters]
    return [at for at in range(len(characters) - 1) if wide[at] or wide[at + 1] or characters[at][0] == " "]


def wrap_evenly(text: str, face: Face, *, size: float, width: float) -> list[str]:
    """The lines of a head: as few as `width` allows, of nearly equal length (积极／分子, not 积极分／子)."""
    lines = wrap_cell(text, face, size=size, width=width)
    share = face.width(text, size) / max(1, len(lines))
    while len(lines) > 1 and share < width:
        even = wrap_cell(text, face, size=size, width=share)
        if len(even) == len(lines):
            return even
        share += size / 2
    return lines


def wrap_cell(text: str, face: Face, *, size: float, width: float) -> list[str]:
    """The lines of a table cell as plain strings, none wider than `width` unless one character is."""
    lines = break_lines((Span(text, face),), size=size, width=width, squeeze=0.0)
    return ["".join(character for character, _span in line.characters) for line in lines]
