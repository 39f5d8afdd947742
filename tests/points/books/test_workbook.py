"""A book as a workbook and back: nothing lost, and what people mistype is named with its sheet and row."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from app.points.books.files import read_book_file
from app.points.books.rules import Book, BookRefused, BookRule, Grade, Group, Step, Terms, Weights
from app.points.books.shipped import known_books, read_book
from app.points.books.workbook import write_workbook

EVERYTHING = Book(
    key="all", name="=1+1", basis="街办〔2026〕1号", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31),
    base=Decimal("60.5"), note="第一行\n第二行",
    groups=(
        Group(
            name="甲", base=Decimal(20), cap=Decimal(10), floor=Decimal(0), is_bonus=True, note="说明",
            rules=(
                BookRule(
                    code="001", name="按户", value=Decimal("-2.5"), measure="per_unit", unit="户", cap_day=Decimal(5),
                    cap_month=Decimal(6), cap_year=Decimal(7), needs_evidence=True, evidence="照片", recorder="street",
                    checker="street", valid_from=date(2026, 2, 1), valid_to=date(2026, 3, 1), note="备注",
                ),
                BookRule(
                    code="002", name="分档", value=Decimal(15), measure="steps", unit="次", otherwise=Decimal(-1),
                    steps=(Step(Decimal(95), Decimal(15)), Step(Decimal(90), Decimal(10), Decimal(94))), checker="other",
                ),
            ),
        ),
        Group(
            name="乙",
            rules=(
                BookRule(code="003", name="否决", value=Decimal(0), is_veto=True),
                BookRule(code="004", name="自动", value=Decimal(1), recorder="system", auto_on="resolution_done"),
            ),
        ),
        Group(name="空的"),
    ),
    grades=(
        Grade(name="优秀", at_least=Decimal(90), quota=Decimal(20)),
        Grade(name="合格", at_least=Decimal(60), up_to=Decimal("89.9")),
        Grade(name="不合格", below=Decimal(60), consequence="劝退调整"),
    ),
    weights=(Weights("时段", (("半年", Decimal(40)), ("年终", Decimal(60)))),),
    terms=Terms(
        is_ranked=True, ranking_basis="某文件", notice_days=3, dispute_days=4, decide_days=6, pro_rata="months",
        pro_rata_note="满半月", quota_per="street", least_share=Decimal(30),
    ),
)  # fmt: skip
"""Every value a book can have."""


@pytest.mark.parametrize("book", [EVERYTHING, *map(read_book, known_books())], ids=lambda book: book.key)
def test_nothing_is_lost_on_the_way(book: Book) -> None:
    assert read_book_file(write_workbook(book), source="细则.xlsx") == book


def mistyped(change: Callable[[Any], None], book: Book = EVERYTHING) -> str:
    """What is said about the workbook after somebody changed it in Excel."""
    opened = openpyxl.load_workbook(io.BytesIO(write_workbook(book)))
    change(opened)
    buffer = io.BytesIO()
    opened.save(buffer)
    with pytest.raises(BookRefused) as refused:
        read_book_file(buffer.getvalue(), source="细则.xlsx")
    return str(refused.value)


def put(sheet: str, cell: str, value: Any) -> Callable[[Any], None]:
    def change(opened: Any) -> None:
        opened[sheet][cell] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("规则", "D2", "很多"), "细则.xlsx，规则 001：“分值”应是数字，现在是“很多”。"),
        (put("规则", "M2", "谁都行"), "“规则”表第 2 行：“谁可以记”写了“谁都行”，可用的有：社区和街道都可以、街道以上"),
        (put("规则", "K2", "对"), "“规则”表第 2 行：“要佐证”填“是”或“否”。"),
        (put("规则", "A2", None), "“规则”表第 2 行：没有写类别。"),
        (put("规则", "B3", "001"), "“分档”表：“规则”表里没有编号 002"),
        (put("规则", "T1", "外号"), "“规则”表第 1 行：不认识“外号”这一列。"),
        (put("细则", "A3", "外号"), "“细则”表第 3 行：不认识“外号”这一项。"),
        (put("细则", "B9", "三天"), "“公示几个工作日”填 1 到 60 的工作日数。"),
        (put("权重", "B3", "半年"), "“权重”表第 3 行：哪一项没有写，或写了两次。"),
        (lambda opened: opened.remove(opened["细则"]), "没有“细则”这张表"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(change: Callable[[Any], None], words: str) -> None:
    assert words in mistyped(change)


def test_numbers_typed_where_words_stood_are_read_as_words() -> None:
    opened = openpyxl.load_workbook(io.BytesIO(write_workbook(EVERYTHING)))
    opened["规则"]["B4"] = 3
    buffer = io.BytesIO()
    opened.save(buffer)
    read = read_book_file(buffer.getvalue(), source="细则.xlsx")
    rules = (replace(EVERYTHING.groups[1].rules[0], code="3"), EVERYTHING.groups[1].rules[1])
    assert read.groups[1].rules == rules


def test_what_is_no_book_is_refused() -> None:
    for data, words in (
        (b"PK\x03\x04broken", "细则.xlsx："),
        (b"\xff\xfe", "既不是 Excel"),
        (b"x" * 2_000_000, "文件太大"),
    ):
        with pytest.raises(BookRefused, match=words):
            read_book_file(data, source="细则.xlsx")
