"""Figures of one thing in two tables of a workbook: named where they disagree, silent where they never agreed."""

from __future__ import annotations

from typing import Any

from app.lowcode.importing.tables import HeaderCell
from app.requested_tables.blanks import BlankTable
from app.requested_tables.contents import Rows
from app.requested_tables.cross_checks import across_tables
from app.requested_tables.figures import Return


def table(title: str, *headers: str, labels: tuple[str, ...] = ()) -> BlankTable:
    columns = tuple(HeaderCell(number, (header,)) for number, header in enumerate(headers))
    rows = tuple(range(1, 1 + len(labels)))
    return BlankTable(title, title, (0,), columns, rows, labels, (0,) if labels else (), None if labels else 0)


AGES = table("按年龄", "年龄段", "男", "女", labels=("青年", "老年"))
SCHOOLS = table("按学历", "学历", "男", "女", labels=("大学", "其他"))
BRIEF = table("简表", "项目", "人数", labels=("党员", "补贴金额"))
ROSTER = table("花名册", "序号", "姓名", "补贴金额")
AGAIN = table("续表", "年龄段", "男", "占比", labels=("青年", "老年"))


def a_return(name: str, *contents: list[list[Any]]) -> Return:
    return Return(name, name, f"{name}.xlsx", [Rows(rows, [""] * len(rows)) for rows in contents])


def said(tables: list[BlankTable], *returns: Return) -> list[str]:
    return [f"{each.source} {each.text}" for each in across_tables(tables, returns)]


def ages(men: int, women: int) -> list[list[Any]]:
    return [["青年", men - 1, women], ["老年", 1, 0]]


def schools(men: int, women: int) -> list[list[Any]]:
    return [["大学", men, women - 1], ["其他", None, "1人"]]


def test_sums_of_the_same_column_agree_across_tables() -> None:
    returns = [a_return(name, ages(5, 4), schools(5, 4)) for name in ("甲", "乙")]
    assert said([AGES, SCHOOLS], *returns) == []
    wrong = a_return("丙", ages(5, 4), schools(6, 4))
    assert said([AGES, SCHOOLS], *returns, wrong) == [
        "丙.xlsx “按年龄”里“男”一列相加是 5，“按学历”里“男”一列相加是 6，两处对不上，请核对。"
    ]


def test_the_same_cell_of_two_tables_is_named() -> None:
    returns = [a_return(name, ages(5, 4), [["青年", 4, "80%"], ["老年", 1, "20%"]]) for name in ("甲", "乙")]
    swapped = a_return("丙", ages(5, 4), [["青年", 3, ""], ["老年", 2, ""]])
    assert said([AGES, AGAIN], *returns, swapped) == [
        "丙.xlsx “按年龄”里“青年”的“男”是 4，“续表”里“青年”的“男”是 3，两处对不上，请核对。",
        "丙.xlsx “按年龄”里“老年”的“男”是 1，“续表”里“老年”的“男”是 2，两处对不上，请核对。",
    ]


def test_figures_that_never_agree_are_not_the_same_thing() -> None:
    returns = [
        a_return(name, ages(5, 4), schools(number, 4 + number)) for number, name in enumerate(("甲", "乙", "丙"))
    ]
    assert said([AGES, SCHOOLS], *returns) == []
    noughts = [a_return(name, ages(1, 0), [["大学", 0, 0], ["其他", 1, 0]]) for name in ("甲", "乙")]
    assert said([AGES, SCHOOLS], *noughts, a_return("丙", ages(1, 2), [["大学", 1, 0], ["其他", 0, 0]])) == []


def test_a_list_is_held_beside_the_figures_about_it() -> None:
    def file(name: str, count: int, *, stated: int, money: int) -> Return:
        people = [[number, f"人{number}", 100] for number in range(1, count + 1)]
        return a_return(name, [["党员", stated], ["补贴金额", money]], people)

    right = [file(name, 3, stated=3, money=300) for name in ("甲", "乙")]
    found = said([BRIEF, ROSTER], *right, file("丙", 3, stated=3, money=250))
    assert found == [
        "丙.xlsx “简表”里“补贴金额”的“人数”是 250，“花名册”里“补贴金额”一列相加是 300，两处对不上，请核对。"
    ]
    counted = table("人数表", "类别", "人数", labels=("党员",))
    returns = [a_return(name, [["党员", 2]], [[1, "a", 1], [2, "b", 1]]) for name in ("甲", "乙")]
    short = a_return("丙", [["党员", 3]], [[1, "a", 1], [2, "b", 1]])
    assert said([counted, ROSTER], *returns, short) == [
        "丙.xlsx “人数表”里“人数”一列相加是 3，“花名册”的行数是 2，两处对不上，请核对。"
    ]
