"""A roster of invented grid workers as a street would send it: eleven columns, as Excel itself saves it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from app.fields.identity import check_digit

HEAD = (
    "姓名", "性别", "身份证号", "联系电话", "民族", "学历", "所属社区", "所属网格", "聘用日期", "专/兼职", "备注",
)  # fmt: skip
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林建国文志海峰芳娜敏静丽艳娟霞秀燕玲桂英兰萍红"
ETHNIC = ("汉族",) * 92 + ("回族", "满族", "壮族", "苗族", "维吾尔族", "土家族", "蒙古族", "彝族")
SCHOOLING = ("大学专科", "大学本科", "普通高级中学教育", "初级中学教育")
NOTES = ("",) * 7 + ("中共党员", "退役军人", "负责消防巡查，包联独居老人")
PLACES = ("320505", "320508", "340104", "110105", "310115")
GRIDS = ("第一网格", "第二网格", "第三网格", "第四网格", "第五网格", "第六网格", "第七网格", "第八网格")
FIRST_BORN, FIRST_HIRED = date(1960, 1, 1), date(2015, 1, 1)


def people(count: int, *, seed: int, communities: int) -> Iterator[list[Any]]:
    """`count` rows in the order of HEAD; the same seed gives the same people, an odd and an even one share no number."""
    rng = random.Random(seed)
    lowest = 500 * (seed % 2)
    seen: set[str] = set()
    while len(seen) < count:
        born = FIRST_BORN + timedelta(rng.randrange(16_000))
        serial = lowest + rng.randrange(500)
        first_17 = f"{rng.choice(PLACES)}{born:%Y%m%d}{serial:03d}"
        if first_17 in seen:
            continue
        seen.add(first_17)
        name = rng.choice(FAMILY) + rng.choice(GIVEN) + (rng.choice(GIVEN) if rng.random() < 0.72 else "")
        yield [
            name, "男" if serial % 2 else "女", first_17 + check_digit(first_17),
            f"1{rng.choice('35789')}{rng.randrange(10**9):09d}", rng.choice(ETHNIC), rng.choice(SCHOOLING),
            f"第{rng.randrange(1, communities + 1)}社区", rng.choice(GRIDS),
            FIRST_HIRED + timedelta(rng.randrange(3_900)), rng.choice(("专职", "兼职")), rng.choice(NOTES),
        ]  # fmt: skip


def write(path: Path, rows: Iterator[list[Any]]) -> None:
    """A workbook with a title row, as Excel saves it: shared strings, true dates, numbers of persons as text."""
    book = xlsxwriter.Workbook(path)
    sheet, day = book.add_worksheet("花名册"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_string(0, 0, "网格员花名册")
    sheet.write_row(1, 0, HEAD)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif value:
                sheet.write_string(number, column, value)
    book.close()


def with_new_phones(count: int, *, seed: int, communities: int) -> Iterator[list[Any]]:
    """The same people, every tenth with another telephone."""
    for number, row in enumerate(people(count, seed=seed, communities=communities)):
        yield [*row[:3], f"199{number:08d}" if number % 10 == 0 else row[3], *row[4:]]
