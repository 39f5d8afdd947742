"""Numbers on the pages of a bound file: at the outer upper corner, as archives number them (odd right, even left)."""

from __future__ import annotations

import pikepdf

FROM_SIDE, FROM_TOP, SIZE = 40.0, 32.0, 12.0
"""Points."""


def number_pages(whole: pikepdf.Pdf) -> None:
    """Put 1, 2, 3 … on all pages, upright as they are shown, whatever turns a scan has."""
    font = whole.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for number, page in enumerate(whole.pages, 1):
        name = page.add_resource(font, pikepdf.Name.Font)
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(f"\nQ q {_corner(page, number)} cm BT {name} {SIZE:g} Tf 0 g ({number}) Tj ET Q".encode())


def _corner(page: pikepdf.Page, number: int) -> str:
    """The matrix that brings the origin to where the number begins, along the lines of the page as it is shown."""
    left, low, right, high = (float(side) for side in page.cropbox)
    turned = int(page.obj.get("/Rotate", 0)) % 360
    width, height = (high - low, right - left) if turned in (90, 270) else (right - left, high - low)
    across = width - FROM_SIDE - SIZE * 0.56 * len(str(number)) if number % 2 else FROM_SIDE
    up = height - FROM_TOP
    match turned:
        case 90:
            matrix = (0, 1, -1, 0, right - up, low + across)
        case 180:
            matrix = (-1, 0, 0, -1, right - across, high - up)
        case 270:
            matrix = (0, -1, 1, 0, left + up, high - across)
        case _:
            matrix = (1, 0, 0, 1, left + across, low + up)
    return " ".join(f"{each:g}" for each in matrix)
