"""Rule books out of fixtures/books: read, checked, and put into the register of rules where they are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from app.database.transactions import writing
from app.lowcode.register import register
from app.lowcode.service import apply
from app.points.models import PointsRule
from app.points.rules import check_rule
from app.settings.profile import Profile, ProfileRefused

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "books"


class BookRefused(ProfileRefused):
    """A rule book that cannot be used; the message says which and why."""


def known_books(folder: Path = FOLDER) -> tuple[str, ...]:
    """Keys of the books there are."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def read_book(key: str, folder: Path = FOLDER) -> tuple[dict[str, Any], ...]:
    """The rules of a book as values of the register's columns. Raises BookRefused naming what is wrong."""
    path = folder / f"{key}.yaml"
    if key not in known_books(folder):
        raise BookRefused(f"没有名为“{key[:40]}”的积分细则。可以用的有：{'、'.join(known_books(folder))}。")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = tuple(_values(data, group, rule) for group in data["groups"] for rule in group["rules"])
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ArithmeticError):
        raise BookRefused(f"积分细则 {key}：文件写法有误，不能读取。") from None
    for values in found:
        for _column, sentence in check_rule(values, date.max):
            raise BookRefused(f"积分细则 {key} 的规则 {values['code']}：{sentence}")
    return found


def _values(data: Mapping[str, Any], group: Mapping[str, Any], rule: Mapping[str, Any]) -> dict[str, Any]:
    value = Decimal(str(rule["value"]))
    return {
        "code": str(rule["code"]),
        "name": str(rule["name"]),
        "group_name": str(group["name"]),
        "sign": "minus" if value < 0 else "plus",
        "value": abs(value),
        "cap": Decimal(str(rule["cap"])) if "cap" in rule else None,
        "valid_from": rule.get("valid_from", data["valid_from"]),
        "valid_to": rule.get("valid_to"),
        "recorder": rule.get("recorder", "any"),
        "needs_evidence": bool(rule.get("needs_evidence", False)),
        "auto_on": rule.get("auto_on"),
        "basis": data.get("basis"),
        "note": rule.get("note"),
    }


def load_books(keys: Iterable[str], *, area_code: str, folder: Path = FOLDER) -> int:
    """Put the books' rules into the register for an area; how many were missing. What the office changed stays.

    A rule is there when its code and first day are, also when it was deleted since. Raises BookRefused.
    """
    reg = register("points_rules")
    rows = [values for key in keys for values in read_book(key, folder)]
    with writing() as session:
        statement = select(PointsRule.code, PointsRule.valid_from).where(PointsRule.area_code == area_code)
        known = {(code, begin) for code, begin in session.execute(statement)}
        missing = [values for values in rows if (values["code"], values["valid_from"]) not in known]
        session.add_all(apply(reg, None, values | {"area": area_code}) for values in missing)
        session.flush()
    return len(missing)


def load_books_of(of: Profile) -> None:
    """The profile's part of `init`. Raises BookRefused."""
    load_books(of.books, area_code=of.top_code)
