"""花名册 of any register: the columns somebody chose, as wide as their content, on the paper that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reports.contents.tables import PAGES, laid_out, totals
from reports.document import Document, FootLine, Page, Table, TableColumn, Value


def build(
    columns: Sequence[TableColumn],
    rows: Sequence[Sequence[Value]],
    *,
    title: str,
    subtitle: str = "",
    page: Page | None = None,
    foot_line: FootLine | None = None,
    is_numbered: bool = True,
    note: str = "",
    empty_text: str = "名册里还没有记录",
    is_draft: bool = False,
    short_code: str = "",
    author: str = "",
    created_at: datetime | None = None,
) -> Document:
    """The roster; `rows` follow `columns`. A column's `width` scales what its content needs (1.0 is as needed).

    Without `page` the columns decide: A4 upright, A4 across, A3 across. `is_numbered` puts 序号 in front.
    """
    if is_numbered:
        columns = (TableColumn("序号", 1.0, "integer", "center"), *columns)
        rows = [(number, *row) for number, row in enumerate(rows, 1)]
    lines = tuple(tuple(row) for row in rows)
    last = totals(columns, lines) if lines and any(column.is_summed for column in columns) else None
    wide, chosen = laid_out(columns, [*lines, last] if last else lines, (page,) if page else PAGES)
    table = Table(wide, lines, totals=last, note=note, empty_text=empty_text)
    return Document(
        title=title,
        blocks=(table,),
        subtitle=subtitle,
        page=chosen,
        foot_line=foot_line,
        is_draft=is_draft,
        short_code=short_code,
        author=author,
        created_at=created_at,
    )
