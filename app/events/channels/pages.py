"""Pages of channels as plain values: all of them, one with its token shown once, and the form of a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import request, url_for

from app.areas.queries import name_of as area_name
from app.clock import local
from app.events.channels.models import IntakeChannel
from app.events.channels.rules import told
from app.events.rules import OWN
from app.fields.codes import code_list
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action, Chip, Note, Option
from app.lowcode.page_models.records import FactGroup, FactView, ShowPage
from app.lowcode.queries import asked_area_name
from app.lowcode.register import register
from app.security.actor import Actor, current_actor

Sent = Mapping[int, tuple[int, datetime]]
"""Channel → requests and when the last came."""


def list_page(channels: Sequence[IntakeChannel], sent: Sent, actor: Actor) -> ListPage:
    """All channels."""
    add = Action(_("新增渠道"), url_for("ChannelView.add"), "primary", icon="plus")
    about = _("12345 或别的平台用程序送事件进来：每个渠道一个令牌，只能送事件，不能看别的。")
    may_change = actor.allows("settings", "write")
    empty = EmptyState(_("还没有接入渠道"), about, (add,) if may_change else ())
    return ListPage(
        title=_("接入渠道"), list_url=url_for("ChannelView.index"), count_text=_("共 %(n)s 个", n=len(channels)),
        lead_text=about,
        columns=(
            HeadColumn("name", _("渠道")), HeadColumn("source", _("来源")), HeadColumn("area", _("区域")),
            HeadColumn("count", _("送来"), "right"), HeadColumn("last", _("最近一次")), HeadColumn("state", _("状态")),
        ),
        rows=tuple(_row(each, sent) for each in channels),
        main_action=add if may_change else None,
        toolbar=(Action(_("接口说明"), url_for("ApiGuideView.tag", name="接入渠道"), icon="info"),),
        empty=None if channels else empty,
    )  # fmt: skip


def _row(of: IntakeChannel, sent: Sent) -> RowView:
    url = url_for("ChannelView.show", channel_id=of.id)
    count, last = sent.get(of.id, (0, None))
    cells = (
        CellView(of.name, url=url), CellView(code_list("event_source").label_of(of.source)),
        CellView(area_name(of.area_code)), CellView(f"{count:,}", "number"),
        CellView(f"{local(last):%Y-%m-%d %H:%M}" if last else _("还没有"), "date"), _state(of),
    )  # fmt: skip
    return RowView(str(of.id), cells, url)


def _state(of: IntakeChannel) -> CellView:
    return CellView(_("在用"), "chip", tone="green") if of.is_open else CellView(_("已停用"), "chip", tone="grey")


def show_page(of: IntakeChannel, sent: Sent, actor: Actor, *, token: str = "") -> ShowPage:
    """One channel; with `token` the only time it is shown."""
    count, last = sent.get(of.id, (0, None))
    state = _state(of)
    facts = (
        FactView(_("来源"), CellView(code_list("event_source").label_of(of.source))),
        FactView(_("区域"), CellView(area_name(of.area_code))),
        FactView(_("流转方式"), CellView(code_list("event_handling").label_of(of.handling))),
        FactView(_("已送来"), CellView(_("%(n)s 件次", n=f"{count:,}"))),
        FactView(_("最近一次"), CellView(f"{local(last):%Y-%m-%d %H:%M}" if last else _("还没有"))),
        FactView(_("开通"), CellView(f"{local(of.made_at):%Y-%m-%d} {of.made_by_name}")),
        FactView(_("令牌"), CellView(token or f"…{of.token_hint}"), is_wide=True),
    )
    once = _("请现在把令牌交给对方的技术人员。令牌只显示这一次，离开这一页就看不到了；丢了可以换一个。")
    return ShowPage(
        title=of.name, subtitle=_("接入渠道"), chips=(Chip(state.text, state.tone or "grey"),),
        actions=_actions(of) if actor.covers("settings", "write", of.area_code) else (),
        groups=(FactGroup(_("渠道"), facts), FactGroup(_("给对方的说明"), _manual(of))),
        notes=(Note(once, "amber"),) if token else (),
    )  # fmt: skip


def _actions(of: IntakeChannel) -> tuple[Action, ...]:
    here: dict[str, Any] = {"channel_id": of.id}
    renew = Action(_("换令牌"), url_for("ChannelView.renew", **here), method="post",
                   confirm=_("换一个新令牌，旧的马上作废，对方要换上新的才能继续送。"))  # fmt: skip
    stop = Action(_("停用"), url_for("ChannelView.stop", **here), "danger", "post",
                  confirm=_("停用“%(name)s”：马上不能再送，送来的事件都在，随时可以恢复。", name=of.name))  # fmt: skip
    again = Action(_("恢复"), url_for("ChannelView.resume", **here), method="post")
    return (renew, stop) if of.is_open else (renew, again)


def _manual(of: IntakeChannel) -> tuple[FactView, ...]:
    """What the other side's programmer needs, as one may paste it into a letter."""
    reg = register("events")
    fields = "、".join(f"{name}（{_(reg.column(name).label)}）" for name in told(of.handling))
    rule = (
        _("同一个键、同样的内容再送，得到同样的回答；同一个键、不同的内容会被拒绝。没有收到回答就用原来的键重送。")
        if of.handling == OWN
        else _("同一个键再送得到同样的回答；同一个工单号换新键再送，更新那张工单，不会重复。")
    )
    return (
        FactView(_("地址"), CellView(f"POST {request.host_url}api/v1/intake/events"), is_wide=True),
        FactView(
            _("请求头"), CellView(_("Authorization: Bearer 令牌；Idempotency-Key: 每件事一个不重复的键")), is_wide=True
        ),
        FactView(_("内容"), CellView(_("JSON 对象，可填：%(fields)s", fields=fields)), is_wide=True),
        FactView(_("重送"), CellView(rule), is_wide=True),
    )


def form_page(typed: Mapping[str, str], errors: Mapping[str, str]) -> FormPage:
    """The form of a new channel."""

    def choice(name: str, label: str, list_name: str, help_: str) -> FieldView:
        chosen = typed.get(name, "")
        options = (Option(key, text, key == chosen) for key, text in code_list(list_name).choices())
        return FieldView(name=name, label=label, widget="choice", is_required=True, value=chosen, help=help_,
                         options=(Option("", _("请选择"), not chosen), *options), error=_(errors.get(name, "")))  # fmt: skip

    area = typed.get("area", "")
    fields = (
        FieldView(name="name", label=_("渠道名称"), value=typed.get("name", ""), is_required=True, max_length=40,
                  error=_(errors.get("name", "")), help=_("例如：市 12345 平台、街道随手拍")),
        choice("source", _("来源"), "event_source", _("送来的事件都记这个来源")),
        FieldView(name="area", label=_("区域"), widget="link", value=area, is_required=True, error=_(errors.get("area", "")),
                  selected_label=asked_area_name(area, current_actor()) if area.isdigit() else area,
                  choices_url=url_for("RegisterView.area_choices"), help=_("送来的事件没有写区域的，就记在这里")),
        choice("handling", _("流转方式"), "event_handling", _("上级平台的工单，官方流程仍在上级，这里只做内部分办")),
    )  # fmt: skip
    return FormPage(
        title=_("新增接入渠道"), submit_url=url_for("ChannelView.add"), cancel_url=url_for("ChannelView.index"),
        groups=(FieldGroup(_("渠道"), fields),), error_count=len(errors), submit_label=_("开通并取令牌"), may_continue=False,
    )  # fmt: skip
