"""The audit page and one entry of it as plain values; nothing here can be edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from app.accounts.audit_queries import AuditWish
from app.accounts.pages import moment
from app.areas.queries import name_of
from app.fields.masks import mask
from app.language import gettext as _
from app.lowcode.column import Column
from app.lowcode.page_models.lists import (
    CellView,
    ChipView,
    EmptyState,
    FilterView,
    HeadColumn,
    ListPage,
    Pager,
    RowView,
)
from app.lowcode.page_models.parts import Action, Note, Option
from app.lowcode.page_models.records import FactGroup, FactView, ShowPage
from app.lowcode.register import Register, register
from app.security.models import AuditEntry, Change
from app.security.roles import ROLES, resources

ACTIONS = {
    "created": "新增", "changed": "修改", "deleted": "删除", "restored": "恢复", "erased": "彻底清除",
    "sign_in": "登录", "sign_in_failed": "登录失败", "sign_out": "退出登录", "sessions_ended": "退出全部登录",
    "revealed": "查看完整号码", "exported": "导出", "printed": "打印", "imported": "导入", "undone": "撤销导入",
    "account_opened": "开账号", "account_closed": "停用账号", "account_changed": "修改账号", "password_set": "设置密码",
    "rights_changed": "修改角色权限", "reorganised": "区划调整", "submitted": "提交报表", "returned": "退回报表",
    "passed": "审核通过", "issued": "印发", "finalised": "定稿", "held": "核对", "reopened": "重新打开",
    "declined": "不记扣分建议", "verified": "校验审计链", "downloaded": "下载附件", "reopening_asked": "申请重新打开", "reopening_withdrawn": "撤回重新打开的申请",
    "column_added": "增加列", "column_retired": "停用列", "column_reinstated": "恢复列",
    "code_added": "代码表增加值", "code_renamed": "代码表改名", "code_retired": "代码表停用值",
    "code_reinstated": "代码表恢复值", "code_removed": "代码表删除值",
    "channel_opened": "开通接入渠道", "channel_renewed": "渠道换令牌", "channel_stopped": "停用接入渠道",
    "receiver_added": "增加消息接收方", "receiver_changed": "修改消息接收方",
    "let_in": "准许单位查看", "shut_out": "收回单位查看",
}  # fmt: skip
"""Acts in words; one that is not here is shown by its own name."""

TONES = {"deleted": "amber", "erased": "red", "sign_in_failed": "amber", "rights_changed": "blue", "revealed": "blue"}

COLUMN_WORDS = {
    "username": "账号", "role": "角色", "line": "条线", "valid_from": "开始日期", "valid_to": "结束日期", "user_id": "账号编号",
    "unit_id": "单位", "key": "设置项", "value": "内容", "name": "名称", "level": "级别", "kind": "类型",
    "area_code": "区域", "deleted_at": "删除时间", "uid": "内部编号", "responsible_name": "负责人", "code": "编码",
    "parent_code": "上级编码", "document": "依据文件", "household_count": "户数", "population": "人口",
}  # fmt: skip
_HIDDEN = frozenset({"uid", "extra", "person_key"})


def action_text(action: str) -> str:
    """What was done, in words."""
    return _(ACTIONS[action]) if action in ACTIONS else action


def resource_text(name: str) -> str:
    """The register or feature it was done to."""
    titles = {item.name: item.title for item in resources()} | {"posts": "岗位"}
    return _(titles[name]) if name in titles else name


def heads() -> tuple[HeadColumn, ...]:
    """Heads of a table of entries."""
    return (
        HeadColumn("at", _("时间")),
        HeadColumn("who", _("谁")),
        HeadColumn("action", _("做了什么")),
        HeadColumn("resource", _("对象")),
        HeadColumn("area", _("区域")),
        HeadColumn("note", _("说明")),
    )


def entry_rows(entries: Sequence[AuditEntry]) -> tuple[RowView, ...]:
    """Entries as rows, each a door to its page."""
    rows = []
    for item in entries:
        url = url_for("AuditView.show", entry_id=item.id)
        tone: Any = TONES.get(item.action)
        action = CellView(action_text(item.action), "chip", tone=tone) if tone else CellView(action_text(item.action))
        cells = (
            CellView(moment(item.at), url=url),
            CellView(item.user_name or _("（未登录）")),
            action,
            CellView(resource_text(item.resource)),
            CellView(name_of(item.area_code)),
            CellView(item.note),
        )
        rows.append(RowView(str(item.id), cells, url))
    return tuple(rows)


def list_page(found: Sequence[AuditEntry], wish: AuditWish, *, has_more: bool) -> ListPage:
    """The audit page."""
    chips = _chips(wish)
    return ListPage(
        title=_("审计记录"),
        list_url=url_for("AuditView.index"),
        lead_text=_("谁在什么时候对什么做了什么。每条都用密钥签名、前后相连，改动或删掉任何一条都能查出来。"),
        columns=heads(),
        rows=entry_rows(found),
        filters=_filters(wish),
        chips=chips,
        clear_url=url_for("AuditView.index") if chips else "",
        toolbar=(
            Action(
                _("校验审计链"), url_for("AuditView.verify"), method="post", icon="check",
                confirm=_("从第一条起逐条核对签名。记录多的时候要等一会儿。"),
            ),
        ),
        pager=Pager(
            _("第 %(n)s 页", n=wish.page),
            address(wish, page=wish.page - 1) if wish.page > 1 else "",
            address(wish, page=wish.page + 1) if has_more else "",
        )
        if found
        else None,
        empty=None
        if found
        else EmptyState(_("没有这样的记录"), _("去掉一个条件，或换一段日期再试。"), culprits=chips,
                        clear_url=url_for("AuditView.index") if chips else ""),
    )  # fmt: skip


def address(wish: AuditWish, **changes: Any) -> str:
    """The address of the page with a wish, changed as told."""
    values = {
        "person": wish.person, "action": wish.action, "resource": wish.resource,
        "on_from": wish.first.isoformat() if wish.first else "", "on_to": wish.last.isoformat() if wish.last else "",
        "page": wish.page if wish.page > 1 else "",
    } | changes  # fmt: skip
    pairs = {key: value for key, value in values.items() if value and (key, value) != ("page", 1)}
    return url_for("AuditView.index") + (f"?{urlencode(pairs)}" if pairs else "")


def _filters(wish: AuditWish) -> tuple[FilterView, ...]:
    actions = (Option("", _("不限"), not wish.action), *(Option(k, _(v), k == wish.action) for k, v in ACTIONS.items()))
    names = {item.name: item.title for item in resources()} | {"posts": "岗位"}
    things = (
        Option("", _("不限"), not wish.resource),
        *(Option(k, _(v), k == wish.resource) for k, v in names.items()),
    )
    return (
        FilterView(name="person", label=_("谁"), kind="text", value=wish.person, is_primary=True),
        FilterView(name="action", label=_("做了什么"), options=actions, value=wish.action, is_primary=True),
        FilterView(name="resource", label=_("对象"), options=things, value=wish.resource, is_primary=True),
        FilterView(
            name="on", label=_("日期"), kind="dates", is_primary=True, value=_iso(wish.first), value_to=_iso(wish.last)
        ),
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _chips(wish: AuditWish) -> tuple[ChipView, ...]:
    found = []
    if wish.person:
        found.append(ChipView(_("谁：%(name)s", name=wish.person), address(wish, person="", page=1)))
    if wish.action:
        found.append(ChipView(_("做了：%(what)s", what=action_text(wish.action)), address(wish, action="", page=1)))
    if wish.resource:
        text = _("对象：%(what)s", what=resource_text(wish.resource))
        found.append(ChipView(text, address(wish, resource="", page=1)))
    if wish.first or wish.last:
        text = f"{_iso(wish.first) or '…'} — {_iso(wish.last) or '…'}"
        found.append(ChipView(text, address(wish, on_from="", on_to="", page=1)))
    return tuple(found)


def show_page(item: AuditEntry, change: Change | None) -> ShowPage:
    """One entry and, where a row was changed, what it was before and after; numbers and phones masked."""
    facts = [
        FactView(_("时间"), CellView(moment(item.at))),
        FactView(_("谁"), CellView(item.user_name or _("（未登录）"))),
        FactView(_("做了什么"), CellView(action_text(item.action))),
        FactView(_("对象"), CellView(resource_text(item.resource))),
        FactView(_("区域"), CellView(name_of(item.area_code))),
        FactView(_("说明"), CellView(item.note)),
        FactView(
            _("在链上的位置"),
            CellView(_("%(chain)s 链第 %(n)s 条", chain=name_of(item.chain) or _("全区"), n=item.seq)),
        ),
        FactView(_("签名"), CellView(item.mac.hex()[:16] + "…")),
    ]
    groups = [FactGroup(_("记录"), tuple(facts))]
    notes: tuple[Note, ...] = ()
    if change is not None:
        groups.append(FactGroup(_("改了什么"), (_change_fact(change),)))
    elif item.change_id is not None:
        notes = (Note(_("这条修改的内容已依法清除，只留下有过这次修改的记录。"), "grey"),)
    back = Action(_("返回审计记录"), url_for("AuditView.index"), icon="left")
    return ShowPage(title=action_text(item.action), subtitle=resource_text(item.resource), actions=(back,),
                    groups=tuple(groups), notes=notes)  # fmt: skip


def _change_fact(change: Change) -> FactView:
    lines = HeadColumn("what", _("项目")), HeadColumn("before", _("原来")), HeadColumn("after", _("改为"))
    reg = _register(change.register)
    labels = _columns(reg)
    rows = []
    before, after = _flat(change.before), _flat(change.after)
    for key in dict.fromkeys((*before, *after)):
        if key in _HIDDEN or key.endswith("_hash"):
            continue
        column = labels.get(key)
        label = _(column.label) if column else _(COLUMN_WORDS.get(key, key))
        cells = (
            CellView(label),
            CellView(_text(column, key, before.get(key))),
            CellView(_text(column, key, after.get(key))),
        )
        rows.append(RowView(key, cells))
    return FactView(_("改了什么"), CellView(""), is_wide=True, heads=lines, rows=tuple(rows))


def _flat(side: Mapping[str, Any] | None) -> dict[str, Any]:
    """Values by name, those of columns made in the browser among them."""
    values = dict(side or {})
    return values | dict(values.get("extra") or {})


def _register(name: str) -> Register | None:
    try:
        return register(name)
    except KeyError:
        return None


def _columns(reg: Register | None) -> dict[str, Column]:
    """Name in the history → column: a place is its area_code, a link its id, a sealed value its box."""
    if reg is None:
        return {}
    endings = {"link": "_id", "sealed": "_box"}
    return {
        ("area_code" if column.kind == "place" else column.name + endings.get(column.kind, "")): column
        for column in reg.columns
    }


def _text(column: Column | None, key: str, stored: Any) -> str:
    if stored in (None, "", {}, []):
        return ""
    if isinstance(stored, dict) and "box" in stored:
        return _("（已加密）")
    if key.endswith("area_code") or (column is not None and column.kind == "place"):
        return name_of(str(stored)) or str(stored)
    if key == "role" and stored in ROLES:
        return ROLES[stored].name
    if column is None or column.kind == "link":
        return str(stored)[:300]
    try:
        text = column.type.show(column.type.parse(stored))
    except ValueError:
        text = str(stored)
    return mask(column.mask, text, "working") if column.mask and column.mask != "name" else text  # type: ignore[arg-type]
