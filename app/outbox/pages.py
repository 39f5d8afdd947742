"""Pages of receivers as plain values: all with their last answer, one with its messages, the form of a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.areas.queries import name_of as area_name
from app.clock import local
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action, Chip, Note, Option, Tone
from app.lowcode.page_models.records import FactGroup, FactView, ShowPage
from app.lowcode.queries import asked_area_name
from app.outbox import rules
from app.outbox.models import FAILED, SENT, WAITING, OutboxMessage, OutboxReceiver
from app.security.actor import Actor, current_actor

STATES: Mapping[str, tuple[str, Tone]] = {
    WAITING: ("待送", "amber"), SENT: ("已送到", "green"), FAILED: ("没送到", "red"),
}  # fmt: skip
Counts = Mapping[int, Mapping[str, int]]


def list_page(receivers: Sequence[OutboxReceiver], counts: Counts, actor: Actor) -> ListPage:
    """All receivers."""
    add = Action(_("新增接收方"), url_for("OutboxView.add"), "primary", icon="plus")
    about = _("事件有进展、系统有提醒时，自动告诉别的平台或邮箱。不接外网也能用，送不出去的会自动再送。")
    may_change = actor.allows("settings", "write")
    return ListPage(
        title=_("消息推送"), list_url=url_for("OutboxView.index"), count_text=_("共 %(n)s 个", n=len(receivers)),
        lead_text=about,
        columns=(
            HeadColumn("name", _("接收方")), HeadColumn("way", _("方式")), HeadColumn("area", _("区域")),
            HeadColumn("sent", _("已送到"), "right"), HeadColumn("waiting", _("待送"), "right"),
            HeadColumn("failed", _("没送到"), "right"), HeadColumn("state", _("状态")),
        ),
        rows=tuple(_row(each, counts.get(each.id, {})) for each in receivers),
        main_action=add if may_change else None,
        empty=None if receivers else EmptyState(_("还没有接收方"), about, (add,) if may_change else ()),
    )  # fmt: skip


def _row(of: OutboxReceiver, counts: Mapping[str, int]) -> RowView:
    url = url_for("OutboxView.show", receiver_id=of.id)
    cells = (
        CellView(of.name, url=url), CellView(_(rules.WAYS[of.way])), CellView(area_name(of.area_code)),  # type: ignore[index]
        *(CellView(f"{counts.get(state, 0):,}", "number") for state in (SENT, WAITING, FAILED)),
        _state(of),
    )  # fmt: skip
    return RowView(str(of.id), cells, url)


def _state(of: OutboxReceiver) -> CellView:
    if not of.is_open:
        return CellView(_("已停用"), "chip", tone="grey")
    if of.failures:
        return CellView(_("连续 %(n)s 次没接通", n=of.failures), "chip", tone="red")
    return CellView(_("在用"), "chip", tone="green")


def show_page(of: OutboxReceiver, messages: Sequence[OutboxMessage], secret: str, actor: Actor) -> ShowPage:
    """One receiver with its last messages. `secret` is empty for those who may not change it."""
    state = _state(of)
    facts = [
        FactView(_("方式"), CellView(_(rules.WAYS[of.way]))),  # type: ignore[index]
        FactView(_("区域"), CellView(area_name(of.area_code))),
        FactView(_("地址"), CellView(of.address), is_wide=True),
        FactView(_("告诉哪些事"), CellView("、".join(_(rules.KINDS[kind]) for kind in of.kinds)), is_wide=True),
        FactView(_("增加"), CellView(f"{local(of.made_at):%Y-%m-%d} {of.made_by_name}")),
    ]
    if of.paused_until is not None:
        facts.append(FactView(_("下次再试"), CellView(f"{local(of.paused_until):%Y-%m-%d %H:%M}")))
    if of.way == "webhook" and secret:
        facts.append(FactView(_("签名密钥"), CellView(secret), is_wide=True))
    heads = (
        HeadColumn("at", _("时间")), HeadColumn("what", _("什么事")), HeadColumn("answer", _("对方最后的回答"), width="wide"),
        HeadColumn("state", _("状态")), HeadColumn("tries", _("试了"), "right"),
    )  # fmt: skip
    groups = [FactGroup(_("接收方"), tuple(facts))]
    if messages:
        table = FactView(_("最近的消息"), CellView(""), is_wide=True, heads=heads, rows=tuple(map(_message, messages)))
        groups.append(FactGroup(_("最近的消息"), (table,)))
    return ShowPage(
        title=of.name, subtitle=_("消息推送"), chips=(Chip(state.text, state.tone or "grey"),),
        actions=_actions(of, messages) if actor.covers("settings", "write", of.area_code) else (), groups=tuple(groups),
        notes=_notes(of, messages),
    )  # fmt: skip


def _message(of: OutboxMessage) -> RowView:
    text, tone = STATES[of.state]
    words = (_(rules.KINDS.get(of.kind, "试发")), of.data.get("number"), of.data.get("name") or of.data.get("title"))
    said = f"{of.last_status} {of.last_answer}" if of.last_status else of.last_answer
    cells = (
        CellView(f"{local(of.made_at):%m-%d %H:%M}", "date"), CellView(" ".join(str(word) for word in words if word)),
        CellView(said), CellView(_(text), "chip", tone=tone), CellView(str(of.tries), "number"),
    )  # fmt: skip
    return RowView(str(of.id), cells)


def _notes(of: OutboxReceiver, messages: Sequence[OutboxMessage]) -> tuple[Note, ...]:
    failed = sum(each.state == FAILED for each in messages)
    if failed:
        return (Note(_("最近有 %(n)s 条试了多次没送到。查明原因后点“重送没送到的”。", n=failed), "amber"),)
    if of.failures:
        return (Note(_("对方现在接不通，系统会隔一阵再试，不用管；急的话点“试发”。"), "amber"),)
    return ()


def _actions(of: OutboxReceiver, messages: Sequence[OutboxMessage]) -> tuple[Action, ...]:
    here: dict[str, Any] = {"receiver_id": of.id}
    found = [Action(_("试发"), url_for("OutboxView.test", **here), method="post", icon="send")] if of.is_open else []
    if any(each.state == FAILED for each in messages):
        found.append(Action(_("重送没送到的"), url_for("OutboxView.again", **here), method="post"))
    if of.way == "webhook":
        found.append(Action(_("换密钥"), url_for("OutboxView.renew", **here), method="post",
                            confirm=_("换一个新密钥，对方要马上换上，否则认不出是我们送的。")))  # fmt: skip
    if of.is_open:
        found.append(Action(_("停用"), url_for("OutboxView.stop", **here), "danger", "post",
                            confirm=_("停用“%(name)s”：不再告诉对方新的事，没送到的先留着。", name=of.name)))  # fmt: skip
    else:
        found.append(Action(_("恢复"), url_for("OutboxView.resume", **here), method="post"))
    return tuple(found)


def form_page(typed: Mapping[str, str], kinds: Sequence[str], errors: Mapping[str, str]) -> FormPage:
    """The form of a new receiver."""
    way, area = typed.get("way", "webhook"), typed.get("area", "")

    def error(name: str) -> str:
        return _(errors.get(name, ""))

    fields = (
        FieldView(name="name", label=_("名称"), value=typed.get("name", ""), is_required=True, max_length=40, error=error("name"),
                  help=_("例如：市城运平台、街道办邮箱")),
        FieldView(name="way", label=_("方式"), widget="choice", value=way, is_required=True, error=error("way"),
                  options=tuple(Option(key, _(text), key == way) for key, text in rules.WAYS.items())),
        FieldView(name="address", label=_("地址"), value=typed.get("address", ""), is_required=True, max_length=400, width="full",
                  error=error("address"), help=_("网络推送写对方给的网址；邮件写收件邮箱，几个的用逗号隔开")),
        FieldView(name="area", label=_("区域"), widget="link", value=area, is_required=True, error=error("area"),
                  selected_label=asked_area_name(area, current_actor()) if area.isdigit() else area,
                  choices_url=url_for("RegisterView.area_choices"), help=_("只告诉对方这个区域里的事")),
        FieldView(name="kinds", label=_("告诉哪些事"), widget="choices", width="full", error=error("kinds"),
                  options=tuple(Option(key, _(text), key in kinds) for key, text in rules.KINDS.items()),
                  help=_("消息里没有群众的姓名和电话，只有工单号、何事、区域、状态和时限")),
    )  # fmt: skip
    return FormPage(
        title=_("新增接收方"), submit_url=url_for("OutboxView.add"), cancel_url=url_for("OutboxView.index"),
        groups=(FieldGroup(_("接收方"), fields),), error_count=len(errors), may_continue=False,
    )  # fmt: skip
