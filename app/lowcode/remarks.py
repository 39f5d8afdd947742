"""What proofreading has to say about a paper or a text, as notes for a page."""

from __future__ import annotations

from collections.abc import Iterable

from app.language import gettext as _
from app.lowcode.page_models.parts import Note
from reports.document import Document
from reports.proofreading import Remark, proofread

MOST_REMARKS = 8
"""More than that nobody reads above a paper; the rest come when these are mended."""


def remarks_on(document: Document) -> list[Note]:
    """Notes on the wording of `document`, none where it is in order."""
    return notes_of(proofread(document))


def notes_of(remarks: Iterable[Remark]) -> list[Note]:
    """One note for each remark; those that are too many are counted. Advice on Chinese text stays Chinese."""
    found = list(remarks)
    notes = [
        Note(_("校对提示：%(place)s“%(found)s”，%(advice)s", place=each.place, found=each.found, advice=each.advice), "amber")
        for each in found[:MOST_REMARKS]
    ]  # fmt: skip
    if len(found) > MOST_REMARKS:
        notes.append(Note(_("还有 %(n)s 处校对提示，改好上面几处后再看。", n=len(found) - MOST_REMARKS), "amber"))
    return notes
