"""Draws the pictures and the index of this folder: every paper of a demonstration street, as it prints.

    python run.py init --profile demo --demo --today 2026-11-22        (with DATA_DIR set)
    python docs/papers/draw.py DATA_DIR

Needs pdftoppm (poppler). Papers are those the tests open (tests/report_center/test_every_paper.py).
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from app.factory import create_app  # noqa: E402
from app.lowcode.frame import GROUPS  # noqa: E402
from app.lowcode.papers import Paper  # noqa: E402
from app.security.actor import SYSTEM, acting_as  # noqa: E402
from reports.document import Document  # noqa: E402
from reports.rendering import render  # noqa: E402
from tests.report_center.test_every_paper import made  # noqa: E402

DOTS, PAGES, ACROSS, GAP, COLOURS = 48, 3, 1640, 10, 32
GREY = (205, 207, 211)
HEAD = """# Papers as they print

Every paper of the product, printed as PDF from the demonstration street (invented people), at most {pages} pages of each.
Drawn by `python docs/papers/draw.py DATA_DIR`.

| picture | papers, from left to right |
|---|---|
"""


def pages_of(document: Document) -> list[Image.Image]:
    """The first pages of a paper."""
    command = ["pdftoppm", "-r", str(DOTS), "-l", str(PAGES), "-"]
    drawn = subprocess.run(command, input=render(document, "pdf"), capture_output=True, check=True).stdout  # noqa: S603 - our own words
    found, stream = [], io.BytesIO(drawn)
    while stream.tell() < len(drawn):
        found.append(_next_page(stream))
    return found


def _next_page(stream: io.BytesIO) -> Image.Image:
    _kind, size, _most = stream.readline(), stream.readline().split(), stream.readline()
    width, height = int(size[0]), int(size[1])
    return Image.frombytes("RGB", (width, height), stream.read(width * height * 3))


def sheet(pages: Iterable[Image.Image]) -> Image.Image:
    """Pages in rows on grey, few colours."""
    places, x, y, row = [], GAP, GAP, 0
    for page in pages:
        if x + page.width + GAP > ACROSS:
            x, y, row = GAP, y + row + GAP, 0
        places.append((page, x, y))
        x, row = x + page.width + GAP, max(row, page.height)
    whole = Image.new("RGB", (ACROSS, y + row + GAP), GREY)
    for page, left, top in places:
        whole.paste(page, (left, top))
    # The octree keeps a colour of few pixels: the red lines of 公文.
    return whole.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def draw(papers: Sequence[tuple[Paper, Document]]) -> str:
    """One picture for each group of the menu; the index."""
    labels = {key: label for key, label, _icon in GROUPS}
    order = list(labels)
    lines = []
    for group, members in groupby(
        sorted(papers, key=lambda each: order.index(each[0].group)), key=lambda each: each[0].group
    ):
        of_group = list(members)
        sheet([page for _paper, document in of_group for page in pages_of(document)]).save(
            HERE / f"{group}.png", optimize=True
        )
        titles = "、".join(paper.title for paper, _document in of_group)
        lines.append(f"| [{labels[group]}]({group}.png) | {titles} |\n")
    return HEAD.format(pages=PAGES) + "".join(lines)


def main(folder: str) -> None:
    """Everything anew; pictures of papers that are gone go too."""
    app = create_app({"DATA_DIR": folder})
    with app.app_context(), acting_as(SYSTEM):
        papers = [(paper, document) for paper, _request, document in made()]
        for old in HERE.glob("*.png"):
            old.unlink()
        (HERE / "README.md").write_text(draw(papers), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
