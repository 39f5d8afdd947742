"""Changing code lists in the browser: values added, called otherwise, retired, taken back, and how much each is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.areas.models import Area
from app.database.transactions import writing
from app.extensions import db
from app.fields.codes import CodeItem, code_list, fold, shipped_list
from app.fields.types import Code
from app.lowcode import search_index
from app.lowcode.lines import child_columns
from app.lowcode.register import registers
from app.security import audit
from app.security.actor import SYSTEM, acting_as, require
from app.settings.code_lists import KEY, Changes, Freedom, changes_of, freedom_of, kept_changes
from app.settings.queries import profile
from app.settings.service import save_setting

LONGEST_LABEL = 30
MOST_SYNONYMS = 20
OWN = "own_"
"""Codes of added values: own_1, own_2 …; a number is never given twice."""


class ListRefused(ValueError):
    """A change of a list that cannot be made; the message says why."""


def add_value(name: str, label: str, synonyms: Sequence[str] = ()) -> str:
    """Add a value; its code. Raises ListRefused, NotPermitted."""
    _refuse_closed(name, "open")
    changes = changes_of(name)
    code = f"{OWN}{changes.last_number + 1}"
    words = _checked(name, code, label, synonyms)
    _save(
        name,
        replace(
            changes, named={**changes.named, code: words}, added=(*changes.added, code),
            last_number=changes.last_number + 1,
        ),
        "code_added", words[0],
    )  # fmt: skip
    return code


def rename_value(name: str, code: str, label: str, synonyms: Sequence[str], *, today: date) -> None:
    """Call a value otherwise; rows keep their code. Its former label stays as a synonym. Raises ListRefused."""
    _refuse_closed(name, "program", "open")
    old = _item(name, code)
    kept = list(synonyms)
    if old.label != label.strip() and old.label not in kept:
        kept.append(old.label)
    words = _checked(name, code, label, kept)
    if words == (old.label, old.synonyms):
        return
    changes = changes_of(name)
    _save(name, replace(changes, named={**changes.named, code: words}), "code_renamed", f"{old.label} → {words[0]}")
    for reg in registers():
        if any(column.is_searched and _is_of(column.type, name) for column in reg.columns):
            with writing(), acting_as(SYSTEM):
                search_index.rebuild(reg, today)  # rows are found by the label they show


def retire_value(name: str, code: str) -> None:
    """Offer a value no more; rows that have it go on showing it. Raises ListRefused."""
    _refuse_closed(name, "open")
    item, changes = _item(name, code), changes_of(name)
    if sum(not each.is_retired for each in code_list(name).items if each.code != code) == 0:
        raise ListRefused("这是最后一个在用的值，停用了就没有可选的了。")
    _save(name, replace(changes, retired=changes.retired | {code}), "code_retired", item.label)


def reinstate_value(name: str, code: str) -> None:
    """Offer a value again. Raises ListRefused."""
    _refuse_closed(name, "open")
    item, changes = _item(name, code), changes_of(name)
    _save(name, replace(changes, retired=changes.retired - {code}), "code_reinstated", item.label)


def remove_value(name: str, code: str) -> None:
    """Take away a value that was added by mistake. One that rows have, or that was shipped, can only be retired.

    Rows in the recycle bin count too. Raises ListRefused.
    """
    _refuse_closed(name, "open")
    item, changes = _item(name, code), changes_of(name)
    if code not in changes.added:
        raise ListRefused(f"“{item.label}”是系统自带的，不能删除；不用的话请停用。")
    used_count = use_of(name).get(code, 0)
    if used_count:
        raise ListRefused(f"有 {used_count} 条记录用着“{item.label}”，不能删除；不再用的话请停用，原有的记录照常显示。")
    named = {key: words for key, words in changes.named.items() if key != code}
    added = tuple(key for key in changes.added if key != code)
    _save(
        name, replace(changes, named=named, added=added, retired=changes.retired - {code}), "code_removed", item.label
    )


def _refuse_closed(name: str, *allowed: Freedom) -> None:
    require("settings", "write")
    try:
        shipped_list(name)
    except KeyError:
        raise ListRefused("没有这份代码表，请返回重新选择。") from None
    freedom = freedom_of(name)
    if freedom in allowed:
        return
    if freedom == "standard":
        raise ListRefused("这是国家标准的代码表，不能改。")
    raise ListRefused("这份代码表由系统使用，只能改名称，不能增减。")


def _item(name: str, code: str) -> CodeItem:
    for item in code_list(name).items:
        if item.code == code:
            return item
    raise ListRefused("这个值已不在代码表里，请刷新页面再看。")


def _checked(name: str, code: str, label: str, synonyms: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Label and synonyms without blanks and doubles. Raises ListRefused where another value is called so."""
    label = " ".join(label.split())
    if not label:
        raise ListRefused("请填写名称。")
    if len(label) > LONGEST_LABEL:
        raise ListRefused(f"名称最多 {LONGEST_LABEL} 个字。")
    words = tuple(dict.fromkeys(word for word in (" ".join(each.split()) for each in synonyms) if word))
    words = tuple(word for word in words if fold(word) != fold(label))
    if len(words) > MOST_SYNONYMS or any(len(word) > LONGEST_LABEL for word in words):
        raise ListRefused(f"别的写法最多 {MOST_SYNONYMS} 个，每个最多 {LONGEST_LABEL} 个字。")
    for other in code_list(name).items:
        taken = {fold(word) for word in (other.label, *other.synonyms)}
        for word in (label, *words):
            if other.code != code and fold(word) in taken:
                raise ListRefused(f"“{word}”和“{other.label}”重了，导入时会分不清，请换一个写法。")
    return label, words


def _save(name: str, changes: Changes, action: str, label: str) -> None:
    with writing():
        kept = {**kept_changes(), name: changes.as_json()}
        save_setting(KEY, kept, area_code=profile().top_code)
        audit.record(
            action, "settings", area_code=profile().top_code, note=f"{shipped_list(name).title}：{label}"[:200]
        )


def use_of(name: str) -> Counter[str]:
    """How many rows have each code of a list, wherever they lie and in the recycle bin too."""
    found: Counter[str] = Counter()
    with acting_as(SYSTEM):
        for attribute in _attributes_of(name):
            statement = select(attribute, func.count()).where(attribute.is_not(None)).group_by(attribute)
            found.update({code: count for code, count in db.session.execute(statement) if code})
    return found


def _attributes_of(name: str) -> Iterator[Any]:
    """The database columns that hold codes of a list: of registers, their child tables, added columns, and areas."""
    for reg in registers():
        for column in reg.columns:
            if column.kind == "lines":
                parts = [part for part in child_columns(column) if part.kind == "stored" and _is_of(part.type, name)]
                yield from (getattr(column.child, part.name) for part in parts)
            elif _is_of(column.type, name) and column.kind == "stored":
                yield getattr(reg.model, column.name)
            elif _is_of(column.type, name) and column.kind == "extra":
                yield reg.model.extra[column.name].as_string()
    if name in AREA_LISTS:
        yield getattr(Area, AREA_LISTS[name])


def _is_of(type_: Any, name: str) -> bool:
    return type(type_) is Code and type_.list_name == name


AREA_LISTS = {"grid_kind": "kind", "grid_size": "size"}
"""Lists of the tree of areas, which is no register: list → attribute."""
