"""The sample row of a template workbook: one invented line that shows how to fill in, every cell of it marked 例：."""

from __future__ import annotations

from collections.abc import Sequence

from app.lowcode.importing.template_choices import Pick

MARK = "例："
"""What every cell of the sample row begins with. An import takes such a row for a note, and such a cell for blank
where somebody typed over the others (`headings.is_sample_cell`)."""
_BY_KIND = {
    "person_name": "张某某",
    "id_number": "18 位号码，末位可以是 X",
    "phone": "13800000000",
    "credit_code": "18 位代码",
    "date": "2026-03-05",
    "month": "2026-03",
    "integer": "12",
    "number": "12.5",
    "flag": "是",
    "year": "2026",
}
_BLANK = frozenset({"long_text"})


def sample_row(wanted: Sequence[Pick]) -> list[str]:
    """What stands in the sample row, by column; "" where a sample would say nothing. The first is never blank."""
    cells: list[str] = []
    parents: list[str] = []
    for pick in wanted:
        word = _word(pick, parents)
        parents = [*parents[: pick.level], word] if pick.choices and word else []
        cells.append(MARK + word if word else "")
    if cells and not cells[0]:
        cells[0] = MARK + wanted[0].label
    return cells


def _word(pick: Pick, parents: Sequence[str]) -> str:
    if pick.choices:
        parent = "/".join(parents[: pick.level])
        return next((word for above, word in pick.choices if above == parent), "")
    column = pick.column
    if column.kind in ("link", "part", "place") or column.type.key in _BLANK:
        return ""
    return _BY_KIND.get(column.type.key, "")
