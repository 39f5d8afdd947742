"""The command line's side of an import: what it prints, refuses and leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.commands.entry import parser
from app.commands.imports import sentence_of
from app.commands.refusal import CommandRefused
from app.extensions import db
from app.lowcode import service as rows_service
from app.lowcode.importing.models import ImportBatch
from app.lowcode.importing.outcome import Remark
from app.lowcode.register import register
from app.security.actor import SYSTEM, acting_as
from tests.lowcode.importing.workbooks import make
from tests.world import HOME, TODAY, build_areas

Run = Callable[..., int]


@pytest.fixture
def run(sqlite_app: Flask) -> Iterator[Run]:
    def command(*arguments: str) -> int:
        options = parser().parse_args(list(arguments))
        return int(options.run(options, sqlite_app))

    with sqlite_app.app_context():
        build_areas()
        with acting_as(SYSTEM):
            yield command


@pytest.fixture
def book(tmp_path: Path) -> str:
    rows = [[make.NAMES[n], make.id_number(n), make.phone(n), "书法"] for n in range(3)]
    rows[1][1] = rows[1][1][:-1] + ("1" if rows[1][1][-1] != "1" else "2")
    head = ["姓名", "身份证号", "联系电话", "爱好"]
    path = tmp_path / "网格员.xlsx"
    path.write_bytes(make.xlsx(make.Page("桂花社区", [["桂花社区网格员名册"], head, *rows], ((0, 0, 0, 3),))))
    return str(path)


def test_faults_are_named_by_sheet_row_letter_and_header(
    run: Run, book: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", "网格员名册", book, "--area", HOME, "--check", "--map", "没有的=name") == 1
    said = capsys.readouterr()
    assert "“桂花社区”第 4 行 B 列 身份证号：" in said.err
    assert "表里没有“没有的”这一列" in said.err
    assert "只核对，没有写入：新增 2" in said.out
    assert "没有用上的列：爱好" in said.out


def test_a_check_leaves_nothing_behind(run: Run, book: str) -> None:
    run("import", "grid_workers", book, "--area", HOME, "--check")
    assert db.session.execute(select(func.count()).select_from(ImportBatch)).scalar_one() == 0


def test_unknown_columns_and_areas_are_refused(run: Run, book: str) -> None:
    with pytest.raises(CommandRefused, match="没有“爱好项”这一列"):
        run("import", "grid_workers", book, "--map", "爱好=爱好项")
    with pytest.raises(CommandRefused, match="没有编码为 999 的区域"):
        run("import", "grid_workers", book, "--area", "999")


def test_good_rows_are_written_and_taken_back(run: Run, book: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", "grid_workers", book, "--area", HOME, "--mode", "good", "--map", "爱好=") == 0
    batch = db.session.execute(select(ImportBatch.id)).scalar_one()
    assert f"已写入，批次 {batch}：新增 2" in capsys.readouterr().out
    assert run("undo", str(batch)) == 0
    assert "还原 2 条，保留 0 条，未能还原 0 条" in capsys.readouterr().out


def test_a_remark_without_place_is_only_its_sentence() -> None:
    assert sentence_of(Remark(None, None, "", "", "没有认出表头。")) == "没有认出表头。"


def test_homes_that_are_missing_are_named_and_made_when_asked(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, values in (
        ("residential_compounds", {"area": HOME, "name": "富康新村"}),
        ("buildings", {"area": HOME, "compound": "富康新村", "number": "3幢"}),
    ):
        rows_service.save(register(name), None, values, by=SYSTEM, today=TODAY)
    path = tmp_path / "居民.xlsx"
    head = ["小区", "楼栋", "房号", "姓名", "身份证号", "与户主关系"]
    line = ["富康新村", "3栋", "501", make.NAMES[0], make.id_number(0), "户主"]
    path.write_bytes(make.xlsx(make.Page("居民", [head, line])))
    arguments = ("import", "residents", str(path), "--area", HOME)
    assert run(*arguments, "--check", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["missing_links"]["rows"] == 1
    assert [each["register"] for each in said["missing_links"]["to_make"]] == ["dwellings", "households"]
    assert run(*arguments, "--missing-links", "back") == 1
    assert "--missing-links make" in capsys.readouterr().err
    assert run(*arguments, "--missing-links", "make") == 0
    assert db.session.execute(select(register("households").model.name)).scalars().all() == [
        f"富康新村3幢501室 {make.NAMES[0]}"
    ]
