"""Lines painted: both edges flush, marks squeezed by half where a line is a trifle too long. Lengths are points."""

from __future__ import annotations

from collections import Counter
from typing import Final

from reports.document import Align
from reports.renderers.pdf_lines import EDGE, HALF_EMPTY_LEFT, HALF_EMPTY_RIGHT, Line, gaps
from reports.renderers.pdf_paper import Paper, colour_operator

MAX_STRETCH: Final = 0.25
"""A line is left ragged rather than opened by more than a quarter of the size at each gap."""


def _adjustments(line: Line, *, size: float, width: float, pitch: float, align: Align) -> list[float]:
    """Points to add after each character (index 0 is before the first)."""
    count = len(line.characters)
    extra = [0.0] * (count + 1)
    if pitch:
        for at, (character, span) in enumerate(line.characters):
            if span.face.advances[character] >= 900:
                extra[at + 1] += pitch
    spare = width - line.indent - line.width
    if spare < -EDGE:
        _squeeze(line, extra, -spare, size)
    elif align == "justify" and not line.is_last and spare > EDGE:
        places = gaps(line.characters)
        if spare > MAX_STRETCH * size * len(places) and spare <= size:
            # A line that is nearly all one code: less than a character among all its letters does not show.
            places = list(range(count - 1))
        if places and spare <= MAX_STRETCH * size * len(places):
            for at in places:
                extra[at + 1] += spare / len(places)
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
