"""Hand-overs as plain values for the templates of registers: the list, whom to choose, what will go along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date

from flask import url_for

from app.fields.types import Integer, Text
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage, LineView
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action, Note, Option
from app.my_tasks import papers
from app.my_tasks.handing import Holder, Item
from app.my_tasks.handover import REASONS
from app.my_tasks.models import Handover
from app.my_tasks.things import KINDS, LABELS, MISSING, Lines
from reports.contents.handover_sheet import Thing

MOST_SHOWN = 200


def handovers_page(rows: Sequence[Handover], *, may_write: bool) -> ListPage:
    """Hand-overs of the last year, each the door to its sheet."""
    heads = (_("移交人"), _("接收人"), _("交接日期"), _("原因"), _("事项"), _("交接单"))
    views = []
    for row in rows:
        url = url_for(
            "ReportView.index", paper=papers.NAME, area=row.area_code, period=f"{row.handed_on:%Y-%m}", subject=row.uid
        )  # fmt: skip
        cells = (
            CellView(row.from_name), CellView(row.to_name), CellView(row.handed_on.isoformat(), "date"),
            CellView(_(row.reason)), CellView(_("%(n)s 项", n=len(row.lines))), CellView(_("打印"), url=url),
        )  # fmt: skip
        views.append(RowView(row.uid, cells, url))
    return ListPage(
        title=_("工作交接"),
        list_url=url_for("HandoverView.index"),
        count_text=_("%(n)s 条", n=len(rows)),
        lead_text=_(
            "有人离任或调整时，把他名下的待办、没有办结的事、走访对象和项目一次交给接手的人。办结的工作、积分和修改记录不动。"
        ),
        columns=tuple(HeadColumn(str(place), label) for place, label in enumerate(heads)),
        rows=tuple(views),
        main_action=Action(_("办理交接"), url_for("HandoverView.add"), "primary", icon="plus") if may_write else None,
        empty=None if rows else EmptyState(_("近一年没有工作交接")),
    )


def choose_form(choices: Sequence[tuple[int, str]], typed: Mapping[str, str], error: str = "") -> FormPage:
    """First step: from whom to whom."""
    return FormPage(
        title=_("办理交接"), submit_url=url_for("HandoverView.add"), cancel_url=url_for("HandoverView.index"),
        groups=(FieldGroup(_("谁交给谁"), (
            _person("from", _("移交人"), choices, typed), _person("to", _("接收人"), choices, typed),
        )),),
        hidden=(("step", "look"),), errors=(error,) if error else (), submit_label=_("下一步：看看交什么"), may_continue=False,
    )  # fmt: skip


def _person(name: str, label: str, choices: Sequence[tuple[int, str]], typed: Mapping[str, str]) -> FieldView:
    chosen = typed.get(name, "")
    options = (
        Option("", _("请选择"), not chosen),
        *(Option(str(id_), text, str(id_) == chosen) for id_, text in choices),
    )
    return FieldView(name=name, label=label, widget="choice", options=options, is_required=True)


def confirm_form(
    holder: Holder, taker: str, items: Sequence[Item], typed: Mapping[str, str], *, things: FieldView,
    today: date, error: str = "", error_count: int = 0,
) -> FormPage:  # fmt: skip
    """Second step: everything that goes along, the day and the reason, and things that no register knows (`things`)."""
    reason = typed.get("reason", "")
    reasons = (Option("", _("请选择"), not reason), *(Option(each, _(each), each == reason) for each in REASONS))
    fields = (
        FieldView(name="on", label=_("交接日期"), widget="date", value=typed.get("on", today.isoformat()), is_required=True),
        FieldView(name="reason", label=_("交接原因"), widget="choice", options=reasons, is_required=True),
    )  # fmt: skip
    kinds = dict.fromkeys(item.kind for item in items)
    lists = tuple(
        FieldView(
            name=f"list-{place}", label=_("%(kind)s %(n)s 项", kind=_(kind), n=sum(item.kind == kind for item in items)),
            widget="static", width="full", value="；".join(_told(item) for item in items if item.kind == kind)[:4000],
        )
        for place, kind in enumerate(kinds)
    )  # fmt: skip
    notes = () if items else (Note(_("%(name)s名下没有要移交的事，可以只移交物资。", name=holder.name)),)
    return FormPage(
        title=_("交接：%(giver)s → %(taker)s", giver=holder.name, taker=taker), submit_url=url_for("HandoverView.add"),
        cancel_url=url_for("HandoverView.index"), notes=notes,
        groups=(*((FieldGroup(_("要移交的事"), lists),) if lists else ()), FieldGroup(_("交接"), fields),
                FieldGroup(_("一起移交的物资"), (things,), _(
                    "没有登记在名册里的东西，一样写一行，印在交接单上当面清点。以前交接给他的已经列出来，不在了的删去那一行，现状按今天的选。"
                ))),
        hidden=(("step", "hand"), ("from", typed.get("from", "")), ("to", typed.get("to", ""))),
        errors=(error,) if error else (), error_count=error_count, submit_label=_("确认移交"), may_continue=False,
    )  # fmt: skip


def kept_lines(kept: Sequence[Thing]) -> list[dict[str, str]]:
    """Things that came to the giver as lines of the form; how each is today is asked anew."""
    return [asdict(each) | {"state": ""} for each in kept]


def things_field(lines: Lines, errors: Mapping[str, str]) -> FieldView:
    """Things that are in no register, one a line."""
    views = tuple(LineView(_cells(str(number), line, errors)) for number, line in enumerate(lines))
    return FieldView(
        name="things", label=_("物资"), widget="lines", width="full", lines=views,
        blank_line=LineView(_cells("__n__", {}, {})), error=_(errors.get("things", "")),
    )  # fmt: skip


def _cells(number: str, line: Mapping[str, str], errors: Mapping[str, str]) -> tuple[FieldView, ...]:
    return tuple(
        _cell(f"things-{number}-{part}", part, line.get(part, ""), _(errors.get(f"things-{number}-{part}", "")))
        for part in KINDS
    )


def _cell(name: str, part: str, value: str, error: str) -> FieldView:
    kind = KINDS[part]
    choices = kind.choices()
    options = (Option("", _("请选择"), not value), *(Option(code, _(text), code == value) for code, text in choices))
    return FieldView(
        name=name, label=_(LABELS[part]), value=value, error=error, is_required=part in MISSING,
        widget="choice" if choices else "number" if isinstance(kind, Integer) else "text",
        options=options if choices else (), width="half" if part in ("name", "note") else "short", max_length=kind.length if isinstance(kind, Text) else None,
    )  # fmt: skip


def _told(item: Item) -> str:
    return f"{item.title}（{item.note}）" if item.note else item.title
