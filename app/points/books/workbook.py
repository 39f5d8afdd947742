"""A book as a workbook of six sheets, and back: what YAML says in keys, the sheets say in words."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from app.fields.codes import CODE_LISTS
from app.lowcode.importing.sheets import Sheet, read
from app.points.books.called import CALLED
from app.points.books.reading import read_book_data
from app.points.books.rules import CHECKERS, PRO_RATA, QUOTA_PER, RECORDERS, Book, BookRefused
from app.points.books.writing import book_data

Data = dict[str, Any]

WHOLE, TERMS = ("key", "name", "basis", "valid_from", "valid_to", "base", "note"), (
    "notice_days", "dispute_days", "decide_days", "show_day", "ranked", "ranking_basis", "pro_rata", "pro_rata_note", "least_share",
    "quota_per",
)  # fmt: skip
GROUPS = ("name", "base", "cap", "floor", "bonus", "note")
RULES = (
    "group", "code", "name", "value", "per", "unit", "otherwise", "cap_day", "cap", "cap_year", "needs_evidence", "evidence",
    "recorder", "checker", "veto", "auto_on", "valid_from", "valid_to", "note",
)  # fmt: skip
STEPS = ("code", "from", "to", "value")
GRADES = ("name", "from", "to", "below", "quota", "consequence")
WEIGHTS = ("name", "part", "percent")
SHEETS: Mapping[str, tuple[str, ...]] = {
    "类别": GROUPS, "规则": RULES, "分档": STEPS, "等次": GRADES, "权重": WEIGHTS,
}  # fmt: skip
"""Tables with their columns; the sheet 细则 goes before them, with an item and its content in each row."""
WORDS = CALLED | {"group": "类别", "part": "哪一项", "percent": "百分之几"}
YES, NO = "是", "否"
NUMBERS_OF_DAYS = frozenset({"notice_days", "dispute_days", "decide_days", "show_day"})
FLAGS = frozenset({"needs_evidence", "veto", "bonus", "ranked"})
WIDE = frozenset({"name", "note", "evidence", "consequence", "basis"})


def choices() -> dict[str, dict[str, str]]:
    """Code → word of the values that are chosen from a list."""
    facts = {item.code: item.label for item in CODE_LISTS["points_fact"].items}
    return {
        "recorder": {str(code): word for code, word in RECORDERS.items()},
        "checker": {str(code): word for code, word in CHECKERS.items()},
        "pro_rata": {str(code): word for code, word in PRO_RATA.items()},
        "quota_per": {str(code): word for code, word in QUOTA_PER.items()},
        "auto_on": facts,
    }


def write_workbook(book: Book) -> bytes:
    """The workbook (.xlsx), with drop-downs where there is a choice."""
    buffer = io.BytesIO()
    out = xlsxwriter.Workbook(buffer, {"in_memory": True})
    head = out.add_format(
        {"bold": True, "bg_color": "#EEF2F8", "border": 1, "border_color": "#C9CDD4", "text_wrap": True}
    )
    data = book_data(book)
    whole = out.add_worksheet("细则")
    whole.set_column(0, 0, 24)
    whole.set_column(1, 1, 60)
    terms = data.get("terms", {})
    items = [(name, data.get(name)) for name in WHOLE] + [(name, terms.get(name)) for name in TERMS]
    whole.write_row(0, 0, ("项目", "内容"), head)
    for number, (name, value) in enumerate(items, 1):
        whole.write(number, 0, WORDS[name], head)
        _put(whole, number, 1, name, value)
        _offer(whole, name, number, 1, number)
    for title, rows in _tables(data).items():
        _write_table(out, title, SHEETS[title], rows, head)
    out.close()
    return buffer.getvalue()


def _tables(data: Data) -> dict[str, list[Data]]:
    groups = data.get("groups", [])
    rules = [rule | {"group": group["name"]} for group in groups for rule in group.get("rules", [])]
    weights = [
        {"name": each["name"], "part": part, "percent": percent}
        for each in data.get("weights", [])
        for part, percent in each["parts"].items()
    ]
    return {
        "类别": groups,
        "规则": rules,
        "分档": [step | {"code": rule["code"]} for rule in rules for step in rule.get("steps", [])],
        "等次": data.get("grades", []),
        "权重": weights,
    }


def _write_table(out: Any, title: str, columns: Sequence[str], rows: Sequence[Data], head: Any) -> None:
    page = out.add_worksheet(title)
    page.freeze_panes(1, 0)
    for place, name in enumerate(columns):
        page.set_column(place, place, 30 if name in WIDE else 12)
        page.write(0, place, WORDS[name], head)
        _offer(page, name, 1, place, len(rows) + 100)
        for number, row in enumerate(rows, 1):
            _put(page, number, place, name, row.get(name))


def _put(page: Any, row: int, column: int, name: str, value: Any) -> None:
    if name in FLAGS:
        page.write_string(row, column, YES if value else NO)
    elif value is None and name not in choices():
        page.write_blank(row, column, None)
    elif name in choices():
        page.write_string(row, column, choices()[name].get(str(value or _usual(name)), ""))
    elif isinstance(value, int | float):
        page.write_number(row, column, value)
    else:
        page.write_string(row, column, str(value))


def _usual(name: str) -> str:
    return {"recorder": "any", "checker": "none", "pro_rata": "days", "quota_per": "community"}.get(name, "")


def _offer(page: Any, name: str, row: int, column: int, last: int) -> None:
    source = [YES, NO] if name in FLAGS else list(choices().get(name, {}).values())
    if source:
        page.data_validation(row, column, last, column, {"validate": "list", "source": source})


def read_workbook(data: bytes, *, source: str) -> Book:
    """A book out of such a workbook. Raises BookRefused naming sheet, row and column, or what is wrong with a rule;
    FileIsRefused where it is no workbook."""
    sheets = {sheet.name.strip(): sheet for sheet in read(data).sheets}
    if "细则" not in sheets:
        raise BookRefused(f"{source}：没有“细则”这张表。请用细则页面“下载 Excel”得到的文件来改。")
    tables = {title: list(_rows(sheets[title], SHEETS[title], source)) for title in SHEETS if title in sheets}
    whole = _items(sheets["细则"], source)
    book = {name: value for name, value in whole.items() if name in WHOLE}
    book["terms"] = {name: value for name, value in whole.items() if name in TERMS}
    book["groups"] = _groups(tables, source)
    book["grades"] = [_bare(row) for row in tables.get("等次", [])]
    book["weights"] = _weights(tables.get("权重", []), source)
    return read_book_data(book, source=source, called=WORDS)


def _items(sheet: Sheet, source: str) -> Data:
    keys = {WORDS[name]: name for name in (*WHOLE, *TERMS)}
    found: Data = {}
    for number, row in enumerate(sheet.rows, 1):
        word = str(row[0]).strip() if row else ""
        if not word or (number == 1 and word == "项目"):
            continue
        if word not in keys:
            raise BookRefused(f"{source}，“细则”表第 {number} 行：不认识“{word[:20]}”这一项。")
        value = row[1] if len(row) > 1 else ""
        found |= _value(keys[word], value, f"{source}，“细则”表第 {number} 行")
    return found


def _rows(sheet: Sheet, columns: Sequence[str], source: str) -> Iterable[Data]:
    keys = {WORDS[name]: name for name in columns}
    head = [str(cell).strip() for cell in sheet.rows[0]] if sheet.rows else []
    unknown = [word for word in head if word and word not in keys]
    if unknown:
        raise BookRefused(f"{source}，“{sheet.name}”表第 1 行：不认识“{unknown[0][:20]}”这一列。")
    for number, row in enumerate(sheet.rows[1:], 2):
        found: Data = {}
        for word, cell in zip(head, row, strict=False):
            if word:
                found |= _value(keys[word], cell, f"{source}，“{sheet.name}”表第 {number} 行")
        if any(value not in ("", False) for value in found.values()):
            yield found | {"row": number}


def _value(name: str, cell: Any, where: str) -> Data:
    """{} for an empty cell."""
    if isinstance(cell, datetime | date):
        return {name: (cell.date() if isinstance(cell, datetime) else cell).isoformat()}
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    if not text:
        return {}
    if name in FLAGS:
        if text not in (YES, NO):
            raise BookRefused(f"{where}：“{WORDS[name]}”填“是”或“否”。")
        return {name: True} if text == YES else {}
    if name in choices():
        return {name: _code(name, text, where)}
    return {name: cell if name in NUMBERS_OF_DAYS else text}


def _code(name: str, text: str, where: str) -> str:
    known = choices()[name]
    code = next((code for code, word in known.items() if word == text), None)
    if code is None:
        raise BookRefused(f"{where}：“{WORDS[name]}”写了“{text[:20]}”，可用的有：{'、'.join(known.values())}。")
    return code


def _groups(tables: Mapping[str, list[Data]], source: str) -> list[Data]:
    groups = {each.get("name", ""): _bare(each) | {"rules": []} for each in tables.get("类别", [])}
    steps: dict[str, list[Data]] = {}
    for step in tables.get("分档", []):
        steps.setdefault(step.get("code", ""), []).append(_bare(step, "code"))
    for rule in tables.get("规则", []):
        name = rule.get("group", "")
        if not name:
            raise BookRefused(f"{source}，“规则”表第 {rule['row']} 行：没有写类别。")
        into = groups.setdefault(name, {"name": name, "rules": []})
        into["rules"].append(_bare(rule, "group") | {"steps": steps.pop(rule.get("code", ""), [])})
    for code in steps:
        raise BookRefused(f"{source}，“分档”表：“规则”表里没有编号 {code[:20]}。")
    return list(groups.values())


def _weights(rows: Sequence[Data], source: str) -> list[Data]:
    found: dict[str, Data] = {}
    for row in rows:
        parts = found.setdefault(row.get("name", ""), {"name": row.get("name", ""), "parts": {}})["parts"]
        part = row.get("part", "")
        if not part or part in parts:
            raise BookRefused(f"{source}，“权重”表第 {row['row']} 行：哪一项没有写，或写了两次。")
        parts[part] = row.get("percent", "")
    return list(found.values())


def _bare(row: Data, *without: str) -> Data:
    return {name: value for name, value in row.items() if name not in ("row", *without)}
