"""The rules words are drafted by: as the office keeps them, or as shipped; /drafting to read and edit them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from flask import Flask, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry
from app.lowcode.indicators import all_indicators
from app.lowcode.page_models.parts import Option
from app.report_center.drafting_rules import (
    CONDITION_NAMES,
    EVERY,
    MOST_RULES,
    NAMES,
    PART_NAMES,
    SHIPPED,
    Condition,
    DraftRule,
    Part,
    RuleRefused,
    as_plain,
    check,
    drafted,
    from_plain,
)
from app.report_center.models import RESOURCE
from app.security.actor import current_actor, require
from app.security.permissions import permitted
from app.settings.queries import profile, setting
from app.settings.service import save_setting
from reports.contents.digest import Drafts
from reports.contents.digest_rows import Section, Wording

SETTING = "draft_rules"
BOOKS = {"party_members": "在册党员（增减表）", "party_members_in": "增加党员", "party_members_out": "减少党员"}
"""Figures of the books of members, which are no indicators."""


def draft_rules() -> tuple[DraftRule, ...]:
    """The rules that count."""
    kept = setting(SETTING)
    return from_plain(kept) if isinstance(kept, list) else SHIPPED


def drafts_of(sections: list[Section], wording: Wording) -> Drafts:
    """The sentences of a paper by the rules that count."""
    found = drafted(sections, draft_rules(), wording)
    return Drafts(found["situation"], found["problems"], found["next_steps"])


def _figures() -> dict[str, str]:
    return {**BOOKS, **{each.name: each.title for each in all_indicators()}}


def _titles() -> dict[str, str]:
    """Key → what the page calls a figure, that of any figure first; no two alike, since a title is what comes back."""
    found: dict[str, str] = {}
    for key, title in {EVERY: "任何一个指标", **_figures()}.items():
        text = _(title)
        found[key] = f"{text}（{key}）" if text in found.values() else text
    return found


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule as a form of one line."""

    number: int
    parts: tuple[Option, ...]
    figure: str
    """Title of the figure."""
    conditions: tuple[Option, ...]
    amount: str
    sentence: str
    is_on: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftingPage:
    """/drafting."""

    title: str
    lines: tuple[RuleLine, ...]
    blank: RuleLine | None
    names: tuple[str, ...]
    figures: tuple[str, ...]
    """Titles to choose from, once for all rules."""
    save_url: str
    reset_url: str
    is_shipped: bool


def _page() -> DraftingPage:
    may_edit = current_actor().covers("settings", "write", profile().top_code)
    rules, titles = draft_rules(), _titles()
    return DraftingPage(
        title=_("起草规则"),
        lines=tuple(_line(number, rule, titles) for number, rule in enumerate(rules)),
        blank=_line(len(rules), DraftRule("problems", EVERY, "positive", ""), titles) if may_edit else None,
        names=tuple(f"【{name}】" for name in NAMES),
        figures=tuple(titles.values()) if may_edit else (),
        save_url=url_for("DraftingView.save") if may_edit else "",
        reset_url=url_for("DraftingView.reset") if may_edit else "",
        is_shipped=rules == SHIPPED,
    )


def _line(number: int, rule: DraftRule, titles: Mapping[str, str]) -> RuleLine:
    figure = titles.get(rule.figure, rule.figure)
    amount = f"{rule.amount:f}" if rule.amount else ""
    text = f"{figure}　{_(CONDITION_NAMES[rule.condition])}{amount}"
    return RuleLine(
        number,
        tuple(Option(key, _(name), key == rule.part) for key, name in PART_NAMES.items()),
        figure,
        tuple(Option(key, _(name), key == rule.condition) for key, name in CONDITION_NAMES.items()),
        amount, rule.sentence, rule.is_on, f"{_(PART_NAMES[rule.part])}　{text}",
    )  # fmt: skip


class DraftingView(BaseView):  # type: ignore[misc]
    """/drafting."""

    route_base = "/drafting"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """All rules, as forms for whoever may edit them."""
        return self.render_template("report_center/drafting.html", page=_page())

    @expose("/save", methods=["POST"])
    @permitted("settings", "write")
    def save(self) -> Any:
        """Keep all rules of the form; a rule whose sentence was emptied is gone."""
        require("settings", "write", profile().top_code)
        figures = _figures()
        try:
            rules = [check(rule, figures) for rule in _sent()]
        except RuleRefused as refusal:
            flash(str(refusal), "red")
        else:
            save_setting(SETTING, as_plain(rules), area_code=profile().top_code)
            flash(_("起草规则已保存，下一份月报按它起草。"), "green")
        return redirect(url_for("DraftingView.index"))

    @expose("/reset", methods=["POST"])
    @permitted("settings", "write")
    def reset(self) -> Any:
        """The rules as shipped."""
        require("settings", "write", profile().top_code)
        save_setting(SETTING, as_plain(SHIPPED), area_code=profile().top_code)
        flash(_("已恢复成系统自带的规则。"), "green")
        return redirect(url_for("DraftingView.index"))


def _sent() -> list[DraftRule]:
    """The rules of the form in order; those without a sentence are left out. Raises RuleRefused."""
    form, found = request.form, []
    keys = {title: key for key, title in _titles().items()}
    for number in range(MOST_RULES):
        sentence = form.get(f"sentence-{number}", "").strip()
        if not sentence:
            continue
        try:
            amount = Decimal(form.get(f"amount-{number}", "").strip() or "0")
        except InvalidOperation as fault:
            raise RuleRefused(_("“达到多少”要填数字。")) from fault
        figure = form.get(f"figure-{number}", "").strip()
        found.append(
            DraftRule(
                cast("Part", form.get(f"part-{number}", "")), keys.get(figure, figure),
                cast("Condition", form.get(f"condition-{number}", "")), sentence, amount, f"on-{number}" in form,
            )
        )  # fmt: skip
    return found


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room installs alike
    """The page and its place in the menu."""
    appbuilder.add_view_no_menu(DraftingView)
    add_entry(Entry("reports", "起草规则", "DraftingView.index", RESOURCE, icon="edit"))
