"""A layout is kept with its collection and comes back as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.lowcode.importing import sheets
from app.requested_tables import blank_files, kept_layouts, queries
from app.requested_tables.blanks import blank_tables
from app.requested_tables.models import Collection
from tests.requested_tables.world import blank_figures, blank_list

WORDS = ("姓名", "性别", "身份证号", "联系电话", "项目", "人数", "男", "女")


@pytest.mark.parametrize("data", [blank_list(), blank_figures()], ids=["list", "figures"])
def test_tables_come_back_from_json_as_they_were(data: bytes) -> None:
    tables = blank_tables(sheets.read(data), WORDS)
    assert tables
    assert kept_layouts.from_json(json.loads(json.dumps(kept_layouts.to_json(tables)))) == tables


def test_what_is_learnt_later_does_not_move_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """`asked` reads the kept layout; only what was sent down before layouts were kept is recognised anew."""
    tables = blank_tables(sheets.read(blank_list()), WORDS)
    of = Collection(uid="u", blank_box=b"", choices=[], layout=kept_layouts.to_json(tables))
    recognised: list[bytes] = []

    def recognise(data: bytes) -> Any:
        recognised.append(data)
        return tables

    monkeypatch.setattr(blank_files, "unseal", lambda *_args, **_more: b"workbook")
    monkeypatch.setattr(blank_files, "tables_of", recognise)
    assert queries.asked(of).tables == tables
    assert recognised == []
    of.layout = []
    assert queries.asked(of).tables == tables
    assert recognised == [b"workbook"]
