"""Choosing resources for a need, and putting one need into another, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for

from app.fields.codes import code_list
from app.language import gettext as _
from app.lowcode.list_page import cell
from app.lowcode.page_models.forms import Conflict, FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, HeadColumn, RowView
from app.lowcode.page_models.parts import Note, Option
from app.lowcode.queries import labels_of, row_titles
from app.lowcode.register import register
from app.lowcode.sent import sent_id
from app.lowcode.viewing import viewer_of
from app.security.actor import Actor
from app.three_lists import queries, rules
from app.three_lists.matching import SURE, Match
from app.three_lists.merging import alike_needs
from app.three_lists.models import Need
from app.three_lists.names import list_name
from app.three_lists.page_models import MatchPage
from app.three_lists.pages import facts_of_row, state_chip
from app.three_lists.proposers import news_words

NEED_FACTS = ("content", "kind", "area", "compound", "source", "proposer", "beneficiaries", "urgency", "wanted_by",
              "claimed_by")  # fmt: skip
RESOURCE_COLUMNS = ("name", "unit", "amount", "available", "valid_until", "claimed_count")


def match_page(
    need: Need, *, words: str, actor: Actor, today: date, typed: Mapping[str, str] | None = None,
    ticked: tuple[str, ...] = (), errors: Mapping[str, str] | None = None,
) -> MatchPage:  # fmt: skip
    """Resources that fit a need, and the few fields a project needs."""
    needs, resources = register("needs"), register("resources")
    errors = dict(errors or {})
    found = queries.fitting_resources(need, words, actor, today=today)
    rows = [row for row, _match in found]
    columns = [resources.column(name) for name in RESOURCE_COLUMNS]
    labels = labels_of([column for column in columns if column.kind == "link"], rows)
    viewer = viewer_of(resources, actor, today=today)
    show = url_for("RegisterView.show", register_name="needs", row_id=need.id)
    if typed is None:
        typed = {"name": need.name, "ends_on": _day(need.wanted_by), "lead_unit": str(need.claimed_by_id or "")}
        ticked = ticked or ((str(need.offered_id),) if need.offered_id else ())
    noun = list_name("projects")
    return MatchPage(
        title=need.name,
        subtitle=_("匹配%(resources)s，转成%(projects)s", resources=list_name("resources"), projects=noun),
        chips=(state_chip(needs, need),),
        facts=facts_of_row(needs, need, NEED_FACTS, viewer_of(needs, actor, today=today)),
        search_url=url_for("ThreeListsView.match", need_id=need.id),
        search_value=words,
        heads=(
            HeadColumn("name", _("名称")),
            HeadColumn("why", _("为什么合适")),
            *(HeadColumn(column.name, _(column.label), column.type.align) for column in columns[1:]),
        ),
        rows=tuple(
            RowView(
                str(row.id),
                _cells(resources, columns, row, fit, viewer, labels),
                url_for("RegisterView.show", register_name="resources", row_id=row.id),
            )
            for row, fit in found
        ),
        empty_text=_("没有找到可用的%(noun)s。换个词再找，或先立项、以后再补。", noun=list_name("resources")),
        fields=_project_fields(typed, errors),
        submit_url=url_for("ThreeListsView.match", need_id=need.id),
        submit_label=_("转成%(noun)s", noun=noun),
        cancel_url=show,
        resources_title=_("勾选要用的%(noun)s（最合适的排在前面）", noun=list_name("resources")),
        project_title=_("%(noun)s", noun=noun),
        ticked=ticked,
        errors=tuple(text for name, text in errors.items() if name not in ("name", "lead_unit", "person", "ends_on")),
        error_count=len([name for name in errors if name]),
    )


def _cells(reg: Any, columns: Any, row: Any, fit: Match, viewer: Any, labels: Any) -> tuple[CellView, ...]:
    first, *others = (cell(reg, column, row, viewer, labels) for column in columns)
    return (first, CellView(said(fit)), *others)


def said(fit: Match) -> str:
    """The reasons in the reader's language."""
    return "；".join(_(reason) for reason in (*fit.reasons, *fit.against))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _project_fields(typed: Mapping[str, str], errors: Mapping[str, str]) -> tuple[FieldView, ...]:
    unit = typed.get("lead_unit", "")
    name = row_titles("units", {id_}).get(id_, "") if (id_ := sent_id(unit)) else ""
    return (
        FieldView(
            name="name", label=_("名称"), value=typed.get("name", ""), is_required=True, max_length=80,
            error=errors.get("name", ""),
        ),
        FieldView(
            name="lead_unit", label=_("牵头单位"), widget="link", value=unit if name else "", selected_label=name,
            choices_url=url_for("RegisterView.choices", register_name="units"), error=errors.get("lead_unit", ""),
            placeholder=_("输入单位名称"), help=_("定了牵头单位就直接立项；没定就先列为待立项。"),
        ),
        FieldView(name="person", label=_("责任人"), value=typed.get("person", ""), error=errors.get("person", "")),
        FieldView(
            name="ends_on", label=_("截止日期"), widget="date", value=typed.get("ends_on", ""),
            error=errors.get("ends_on", ""),
        ),
    )  # fmt: skip


def proposer_page(
    need: Need, main: Need, *, actor: Actor, today: date, typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None, conflict: Conflict | None = None,
) -> FormPage:  # fmt: skip
    """Telling the proposer of a merged need what became of the one it was put into, and asking him how it was."""
    typed, errors = typed or {}, errors or {}
    reg, state = register("needs"), main.state or ""
    news = rules.NEWS.get(state, "")
    fields = []
    if news:
        told = typed.get("told_of", need.told_of or "")
        fields.append(FieldView(
            name="told_of", label=_("告诉他了吗"), widget="choice", width="full", error=_(errors.get("told_of", "")),
            options=(Option("", _("还没有告诉"), told != news),
                     Option(news, _("已告诉：%(news)s", news=_(news_words(main))), told == news)),
        ))  # fmt: skip
    if news == "done":
        asked = typed.get("satisfaction", need.satisfaction or "")
        codes = code_list("satisfaction").choices()
        fields.append(FieldView(
            name="satisfaction", label=_("提出人满意吗"), widget="choice", error=_(errors.get("satisfaction", "")),
            options=(Option("", _("还没有回访"), not asked),
                     *(Option(code, _(label), code == asked) for code, label in codes)),
        ))  # fmt: skip
    whole = errors.get("", "")
    proposer = reg.column("proposer")
    who = viewer_of(reg, actor, today=today).show(proposer, need) or _("提出人没有写名字")
    lead = _(
        "%(who)s提的这一条，已并入“%(name)s”。那一条现在%(state)s，结果：%(result)s", who=who, name=main.name,
        result=main.result or _("还没有写"), state=_(reg.column("state").type.show(state)) or _("未填"),
    )  # fmt: skip
    return FormPage(
        title=_("告诉提出人：%(name)s", name=need.name), submit_url=url_for("ThreeListsView.proposer", need_id=need.id),
        cancel_url=url_for("RegisterView.show", register_name="needs", row_id=need.id),
        groups=(FieldGroup(lead, tuple(fields)),), hidden=(("version", str(need.version)),), conflict=conflict,
        errors=(_(whole),) if whole else (),
        error_count=sum(bool(text) for name, text in errors.items() if name), submit_label=_("保存"), may_continue=False,
        notes=() if news else (Note(_("那一条还没有人认领，现在不用告诉。"), "blue"),),
    )  # fmt: skip


def merge_page(need: Need, *, today: date, chosen: str = "", error: str = "") -> FormPage:
    """Which need this one shall be put into: those that look like it, each with its reasons."""
    found = alike_needs(need, today=today)
    options = [
        Option(str(row.id), _("%(number)s %(name)s（%(sure)s：%(why)s）", number=row.number or "", name=row.name,
                              sure=_("很可能重复") if fit.score >= SURE else _("可能重复"), why=said(fit)))
        for row, fit in found
    ]  # fmt: skip
    field = FieldView(
        name="into", label=_("并入哪一条"), widget="choice", width="full", value=chosen, is_required=True, error=error,
        options=(Option("", _("请选择")), *options),
        help=_("并入以后这一条还在，提出人不会丢；那一条办结时，请一并告诉提出人。"),
    )  # fmt: skip
    lead = _("“%(name)s”和下面哪一条是同一件事？", name=need.name) if found else _("没有找到和它相像的，不用合并。")
    return FormPage(
        title=_("合并重复的%(noun)s", noun=list_name("needs")),
        submit_url=url_for("ThreeListsView.merge", need_id=need.id),
        cancel_url=url_for("RegisterView.show", register_name="needs", row_id=need.id),
        groups=(FieldGroup(lead, (field,) if found else ()),), error_count=bool(error),
        submit_label=_("合并"), may_continue=False,
    )  # fmt: skip
