"""Forms of rule books: one rule of a draft, a file, the day of publishing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from app.fields.codes import CODE_LISTS
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.parts import Option
from app.points.books.models import PointsBook
from app.points.books.reading import read_book_data
from app.points.books.rows import book_of
from app.points.books.rules import CHECKERS, RECORDERS, BookRule
from app.points.books.writing import rule_data

NUMBERS = ("value", "otherwise", "cap_day", "cap", "cap_year")
FLAGS = ("needs_evidence", "veto")


def typed_rule(typed: Mapping[str, str]) -> tuple[str, BookRule]:
    """(name of the group, rule) of what was typed. Raises BookRefused naming what is wrong."""
    data: dict[str, Any] = {name: text.strip() for name, text in typed.items() if text.strip() and name in FIELDS}
    data |= {name: bool(typed.get(name)) for name in FLAGS}
    if data.get("steps"):
        data["steps"] = [_step(line) for line in data["steps"].replace("；", ";").split(";") if line.strip()]
        data.pop("per", None)
    group = typed.get("group", "").strip() or "其他"
    book = read_book_data(
        {"key": "typed", "valid_from": "2000-01-01", "groups": [{"name": group, "rules": [data]}]}, source="没有保存"
    )
    return group, book.groups[0].rules[0]


def _step(line: str) -> dict[str, str]:
    low, _separator, value = line.replace("：", ":").replace("≥", "").partition(":")
    return {"from": low.strip().removesuffix("%"), "value": value.strip()}


FIELDS = ("code", "name", "per", "steps", "evidence", "recorder", "checker", "auto_on", "note", *NUMBERS)


def rule_form(row: PointsBook, code: str, typed: Mapping[str, str] | None = None, error: str = "") -> FormPage:
    """The form of a rule of a draft; `code` '' adds one."""
    values = dict(typed) if typed is not None else _values(row, code)
    groups = _("现有的组：%(names)s", names="、".join(group.name for group in book_of(row).groups))

    def text(name: str, label: str, **more: Any) -> FieldView:
        return FieldView(name=name, label=label, value=values.get(name, ""), **more)

    facts = {item.code: item.label for item in CODE_LISTS["points_fact"].items}
    return FormPage(
        title=_("改规则 %(code)s", code=code) if code else _("加一条规则"),
        submit_url=url_for("RuleBookView.rule", book_id=row.id, code=code),
        cancel_url=url_for("RuleBookView.show", book_id=row.id),
        groups=(
            FieldGroup(
                _("规则"),
                (
                    text("code", _("编号"), is_required=True, max_length=20),
                    text("name", _("规则"), is_required=True, max_length=80),
                    text("group", _("类别"), is_required=True, help=groups),
                    text("note", _("说明"), max_length=1000),
                ),
            ),
            FieldGroup(
                _("分值"),
                (
                    text("value", _("分值"), widget="number", help=_("扣分写负数；分档的不填")),
                    text("per", _("每多少计一次"), help=_("按数量计分的填单位，例如“户”；每次固定分的不填")),
                    text("steps", _("分档"), help=_("例如 95:15；90:10；85:5，意思是达到 95% 得 15 分")),
                    text("otherwise", _("其余得分"), widget="number"),
                    text("cap_day", _("每天封顶分"), widget="number"),
                    text("cap", _("每月封顶分"), widget="number"),
                    text("cap_year", _("每年封顶分"), widget="number"),
                    FieldView(name="veto", label=_("一票否决"), widget="flag", value=values.get("veto", "")),
                ),
            ),
            FieldGroup(
                _("怎么记"),
                (
                    _choice("recorder", _("谁可以记"), dict(RECORDERS), values.get("recorder", "any")),
                    _choice("checker", _("谁来核"), dict(CHECKERS), values.get("checker", "none")),
                    FieldView(
                        name="needs_evidence", label=_("要佐证"), widget="flag", value=values.get("needs_evidence", "")
                    ),
                    text("evidence", _("要什么佐证"), max_length=200),
                    _choice("auto_on", _("自动记分"), {"": _("不自动记"), **facts}, values.get("auto_on", "")),
                ),
            ),
        ),
        errors=(error,) if error else (),
        may_continue=False,
    )


def _values(row: PointsBook, code: str) -> dict[str, str]:
    found = book_of(row).find(code)
    if found is None:
        return {}
    group, rule = found
    data = {name: str(value) for name, value in rule_data(rule).items() if name not in ("steps", *FLAGS)}
    steps = "；".join(f"{step.at_least.normalize():f}:{step.value.normalize():f}" for step in rule.steps)
    flags = {"needs_evidence": "1" if rule.needs_evidence else "", "veto": "1" if rule.is_veto else ""}
    return data | flags | {"group": group.name, "steps": steps}


def _choice(name: str, label: str, known: Mapping[Any, str], chosen: str) -> FieldView:
    options = tuple(Option(str(code), text, str(code) == chosen) for code, text in known.items())
    return FieldView(name=name, label=label, widget="choice", options=options)


def file_form(title: str, submit_url: str, cancel_url: str, help_text: str, error: str = "") -> FormPage:
    """One file to upload."""
    field = FieldView(
        name="file", label=_("文件"), widget="file", width="full", is_required=True, help=help_text, error=error
    )
    return FormPage(
        title=title, submit_url=submit_url, cancel_url=cancel_url, groups=(FieldGroup("", (field,)),),
        error_count=1 if error else 0, submit_label=_("上传"), may_continue=False,
    )  # fmt: skip


def publish_form(row: PointsBook, typed: str, error: str = "") -> FormPage:
    """From which day on."""
    field = FieldView(
        name="on", label=_("从哪天起用"), widget="date", value=typed, is_required=True, error=error,
        help=_("原来的版本用到前一天。按原来的版本记过积分的日子不能改用新版本。"),
    )  # fmt: skip
    return FormPage(
        title=_("启用《%(name)s》第 %(n)s 版", name=row.name, n=row.number),
        submit_url=url_for("RuleBookView.publish", book_id=row.id),
        cancel_url=url_for("RuleBookView.show", book_id=row.id),
        groups=(FieldGroup("", (field,)),), error_count=1 if error else 0, submit_label=_("启用"), may_continue=False,
    )  # fmt: skip
