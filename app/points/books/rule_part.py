"""The form of one rule of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.fields.codes import CODE_LISTS
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup
from app.points.books.editing import with_rule, without_rule
from app.points.books.findings import Finding
from app.points.books.parts import Edit, Fields, Part, Typed, drop_field, plain
from app.points.books.rules import CHECKERS, RECORDERS, Book
from app.points.books.typed import STEP_PARTS, typed_rule


@dataclass(frozen=True)
class RulePart(Part):
    """The rule of a code; '' adds one, to `group` at first."""

    code: str = ""
    group: str = ""
    route = "rule"
    lines = {"steps": STEP_PARTS}

    def arguments(self) -> dict[str, Any]:
        return {"code": self.code} if self.code else {"group": self.group} if self.group else {}

    def title(self) -> str:
        return _("改规则 %(code)s", code=self.code) if self.code else _("加一条规则")

    def concerns(self, found: Finding) -> bool:
        return bool(self.code) and found.place == f"规则 {self.code}"

    def stored(self, book: Book) -> Typed:
        found = book.find(self.code)
        if found is None:
            return Typed({"group": self.group, "recorder": "any", "checker": "none"})
        group, rule = found
        texts = {
            "code": rule.code, "name": rule.name, "group": group.name, "note": rule.note,
            "value": "" if rule.measure == "steps" or (rule.is_veto and not rule.value) else plain(rule.value),
            "per": rule.unit if rule.measure == "per_unit" else "", "otherwise": plain(rule.otherwise),
            "unit": rule.unit if rule.measure == "steps" else "", "cap_day": plain(rule.cap_day),
            "cap": plain(rule.cap_month), "cap_year": plain(rule.cap_year), "veto": "1" if rule.is_veto else "",
            "recorder": rule.recorder, "checker": rule.checker, "evidence": rule.evidence,
            "needs_evidence": "1" if rule.needs_evidence else "", "auto_on": rule.auto_on or "",
            "valid_from": rule.valid_from.isoformat() if rule.valid_from else "",
            "valid_to": rule.valid_to.isoformat() if rule.valid_to else "",
        }  # fmt: skip
        steps = [
            {"from": plain(step.at_least), "to": plain(step.up_to), "value": plain(step.value)} for step in rule.steps
        ]
        return Typed(texts, {"steps": steps})

    def read(self, form: Any, book: Book) -> tuple[Edit, Part]:  # noqa: ARG002 - as Part asks
        if form.get("drop"):
            return (lambda of: without_rule(of, self.code)), RulePart()
        group_name, rule = typed_rule(form)
        return (lambda of: with_rule(of, self.code, rule, group_name=group_name)), RulePart(rule.code)

    def groups(self, fields: Fields, book: Book) -> tuple[FieldGroup, ...]:
        names = _("现有的类：%(names)s；写一个新名称就新加一类。", names="、".join(each.name for each in book.groups))
        steps = {"from": _("从多少起"), "to": _("到多少为止（可不填）"), "value": _("得几分")}
        facts = {item.code: item.label for item in CODE_LISTS["points_fact"].items}
        found = (
            FieldGroup(
                _("规则"),
                (
                    fields.text("code", is_required=True, max_length=20, width="short"),
                    fields.text("name", _("规则"), is_required=True, max_length=80),
                    fields.text("group", _("类别"), is_required=True, max_length=40, help=names),
                    fields.text("note", max_length=1000, widget="textarea", width="full"),
                ),
            ),
            FieldGroup(
                _("分值"),
                (
                    fields.number("value", help=_("扣分写负数；分档的不填")),
                    fields.text("per", width="short", max_length=10, help=_("按数量计分的填单位，例如“户”；每次固定分的不填")),
                    fields.text("veto", widget="flag"),
                    fields.table("steps", _("分档"), steps, help=_("达到多少得几分，例如从 95 起得 15 分；不分档的不填")),
                    fields.text("unit", width="short", max_length=10, help=_("不填就是百分之几")),
                    fields.number("otherwise", help=_("哪一档都没达到时得几分")),
                ),
            ),
            FieldGroup(
                _("封顶"),
                (fields.number("cap_day"), fields.number("cap"), fields.number("cap_year")),
                help=_("都不填就是不封顶。扣分也按这里封顶，不写负号。"),
            ),
            FieldGroup(
                _("怎么记"),
                (
                    fields.choice("recorder", dict(RECORDERS)),
                    fields.choice("checker", dict(CHECKERS)),
                    fields.text("needs_evidence", widget="flag"),
                    fields.text("evidence", max_length=200),
                    fields.choice("auto_on", {"": "不自动记", **facts}),
                ),
            ),
            FieldGroup(
                _("只用一段时间"),
                (fields.text("valid_from", widget="date", width="short"), fields.text("valid_to", widget="date", width="short")),
                help=_("不填就和整本细则一起启用、停用。"), is_closed=True,
            ),
        )  # fmt: skip
        return (*found, drop_field(fields, _("删掉这条规则"))) if self.code else found
