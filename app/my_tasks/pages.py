"""The inbox, the words for the group, and who takes whose place, as plain values for the templates of registers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from flask import url_for

from app.areas.queries import name_of
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, EmptyState, FilterView, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action, Option
from app.my_tasks import rules
from app.my_tasks.models import RESOURCE
from app.notices.queries import todos_of
from app.notices.rules import Todo, due_text
from app.security.actor import Actor
from app.security.substituting import people_kept, possible_substitutes, substitutions_seen

OPENED = "-"
"""Begins the id of a to-do that is done on its own page, not by a tick."""
WHOSE = (("", "全部"), ("mine", "我自己的"), ("other", "代别人的"))


def inbox_page(actor: Actor, asked: rules.Asked, *, today: date) -> ListPage:
    """Everything asked of the person, most urgent first."""
    todos = todos_of(actor, today)
    found = rules.fitting(todos, asked)
    heads = ((_("事项"), "wide"), (_("灯"), "narrow"), (_("期限"), ""), (_("代谁"), "narrow"), (_("为什么"), ""))
    lamps = (Option("", _("不限"), not asked.lamp),
             *(Option(key, _(name), key == asked.lamp) for key, name in rules.LAMP_NAMES.items()))  # fmt: skip
    whose = tuple(Option(key, _(name), key == asked.whose) for key, name in WHOSE)
    filters = [FilterView(name="lamp", label=_("灯"), value=asked.lamp, options=lamps, is_primary=True)]
    if any(todo.on_behalf for todo in todos):
        filters.append(FilterView(name="whose", label=_("谁的"), value=asked.whose, options=whose, is_primary=True))
    return ListPage(
        title=_("我的待办"),
        list_url=url_for("MyTasksView.index"),
        count_text=_("%(n)s 件", n=len(found)),
        columns=tuple(HeadColumn(str(place), label, width=width) for place, (label, width) in enumerate(heads)),  # type: ignore[arg-type]
        rows=tuple(_row(place, todo, today) for place, todo in enumerate(found)),
        filters=tuple(filters),
        toolbar=tuple(_doors(actor)),
        bulk_actions=(
            Action(_("办完了"), url_for("MyTasksView.done"), "plain", "post", confirm=_("把选中的 {count} 件提醒标为办完。")),
        ) if any(todo.notice_id is not None for todo in found) else (),
        empty=None if found else EmptyState(_("眼下没有要办的事。")),
    )  # fmt: skip


def _doors(actor: Actor) -> Iterator[Action]:
    yield Action(_("发群文字"), url_for("MyTasksView.words"), icon="send")
    yield Action(_("请人代办"), url_for("MyTasksView.substitutes"), icon="person")
    if actor.allows(RESOURCE, "read"):
        yield Action(_("工作交接"), url_for("HandoverView.index"), icon="people")


def _row(place: int, todo: Todo, today: date) -> RowView:
    tone, lamp = todo.tone or "grey", rules.lamp_word(todo, today)
    due = f"{todo.due_on.isoformat()}　{_(due_text(todo.due_on, today=today))}" if todo.due_on else ""
    cells = (
        CellView(_(todo.title), url=todo.url), CellView(_(lamp), "chip", tone=tone), CellView(due, "date"),
        CellView(_("代 %(name)s", name=todo.on_behalf) if todo.on_behalf else ""), CellView(_(todo.why)),
    )  # fmt: skip
    return RowView(str(todo.notice_id) if todo.notice_id is not None else f"{OPENED}{place}", cells, todo.url)


def words_page(actor: Actor, *, area: str, today: date) -> FormPage:
    """Plain text to copy; nothing is sent anywhere."""
    text = rules.group_text(todos_of(actor, today), area_name=name_of(area), today=today)
    field = FieldView(
        name="words", label=_("文字"), widget="textarea", value=text, width="full",
        help=_("全选、复制，贴到工作群里。只有事项和期限；发之前看一遍，不要带居民的姓名和电话。"),
    )  # fmt: skip
    return FormPage(
        title=_("发群文字"), submit_url=url_for("MyTasksView.index"), cancel_url=url_for("MyTasksView.index"),
        groups=(FieldGroup(_("逾期和快到期的事"), (field,)),), submit_label=_("返回我的待办"), may_continue=False,
    )  # fmt: skip


def substitutes_page(actor: Actor, *, today: date) -> ListPage:
    """Who takes whose place, now and to come."""
    found = substitutions_seen(actor, today=today)
    heads = (_("谁不在"), _("谁来代"), _("从"), _("到"), _("状态"))
    rows = []
    for each in found:
        is_now = each.first <= today
        cells = (
            CellView(each.absent), CellView(each.substitute), CellView(each.first.isoformat(), "date"),
            CellView(each.last.isoformat(), "date"),
            CellView(_("正在代") if is_now else _("还没开始"), "chip", tone="green" if is_now else "grey"),
        )  # fmt: skip
        rows.append(RowView(f"{each.absent_id}-{each.substitute_id}", cells))
    return ListPage(
        title=_("请人代办"),
        list_url=url_for("MyTasksView.substitutes"),
        count_text=_("%(n)s 条", n=len(found)),
        lead_text=_("不在的几天里，代办的人看得到、办得了您的事，每一步都标明“代”。到期自动收回。"),
        columns=tuple(HeadColumn(str(place), label) for place, label in enumerate(heads)),
        rows=tuple(rows),
        main_action=Action(_("安排代办"), url_for("MyTasksView.substitute"), "primary", icon="plus"),
        toolbar=(Action(_("返回我的待办"), url_for("MyTasksView.index")),),
        bulk_actions=(
            Action(_("结束代办"), url_for("MyTasksView.end"), "plain", "post", confirm=_("结束选中的 {count} 条代办。")),
        ) if found else (),
        empty=None if found else EmptyState(_("没有人在代办")),
    )  # fmt: skip


def substitute_form(actor: Actor, typed: Mapping[str, str], *, today: date, error: str = "") -> FormPage:
    """Who is away, who takes the place, from when to when."""
    kept = people_kept(actor)
    fields = []
    if kept:
        options = tuple(
            Option(str(id_), name, str(id_) == typed.get("absent", str(actor.user_id))) for id_, name in kept
        )
        fields.append(FieldView(name="absent", label=_("谁不在"), widget="choice", options=options, is_required=True))
    people = dict(kept) | dict(possible_substitutes(actor, today=today))
    chosen = typed.get("substitute", "")
    options = (Option("", _("请选择"), not chosen),
               *(Option(str(id_), name, str(id_) == chosen) for id_, name in sorted(people.items(), key=lambda pair: pair[1])))  # fmt: skip
    fields += [
        FieldView(name="substitute", label=_("谁来代"), widget="choice", options=options, is_required=True,
                  help=_("同一个社区或街道、有账号的人")),
        FieldView(name="first", label=_("从哪天"), widget="date", value=typed.get("first", today.isoformat()), is_required=True),
        FieldView(name="last", label=_("到哪天"), widget="date", value=typed.get("last", ""), is_required=True,
                  help=_("含这一天，到期自动收回")),
    ]  # fmt: skip
    return FormPage(
        title=_("安排代办"), submit_url=url_for("MyTasksView.substitute"), cancel_url=url_for("MyTasksView.substitutes"),
        groups=(FieldGroup(_("谁代谁"), tuple(fields)),), errors=(error,) if error else (), may_continue=False,
        submit_label=_("安排代办"),
    )  # fmt: skip
