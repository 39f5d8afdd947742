"""Accounts, one account, and its forms as plain values for the templates of registers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from app.accounts.queries import PAGE, AccountRow, AccountsFound, PostRow, Wish
from app.areas.queries import full_name, name_of
from app.clock import local, utc_now
from app.language import gettext as _
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
from app.lowcode.page_models.parts import Action, Chip, Option
from app.lowcode.page_models.records import FactGroup, FactView, ShowPage
from app.lowcode.queries import asked_area_name
from app.security.actor import Actor, current_actor
from app.security.roles import ROLES
from app.security.rules import SEPARATE_ROLES
from app.settings.queries import profile

STATES = (("open", "在用"), ("closed", "已停用"), ("locked", "已锁定"), ("without_post", "没有岗位"))


def role_name(key: str) -> str:
    """What the district calls a role."""
    role = ROLES.get(key)
    return profile().role_name(key, role.name) if role else key


def state_chip(row: AccountRow, *, today: date) -> Chip:
    """The one thing about an account that matters most."""
    if not row.is_open:
        return Chip(_("已停用"), "grey")
    if row.locked_until is not None and row.locked_until > utc_now():
        return Chip(_("已锁定"), "red")
    if not any(post.is_live(today) for post in row.posts):
        return Chip(_("没有岗位"), "amber")
    return Chip(_("在用"), "green")


def moment(at: datetime | None) -> str:
    """A stored moment in the office's time; FAB's are naive UTC."""
    if at is None:
        return ""
    aware = at if at.tzinfo else at.replace(tzinfo=utc_now().tzinfo)
    return f"{local(aware):%Y-%m-%d %H:%M}"


def post_text(post: PostRow) -> str:
    """社区书记（桂花社区） · 党建."""
    text = f"{role_name(post.role)}（{name_of(post.area_code)}）" + (_("，代办") if post.acts_for_id else "")
    return f"{text} · {post.line}" if post.line else text


def list_page(found: AccountsFound, wish: Wish, actor: Actor, *, today: date) -> ListPage:
    """All accounts within scope."""
    chips = _chips(wish)
    first = (wish.page - 1) * PAGE + 1
    may_write = actor.allows("accounts", "write")
    add = Action(_("新开账号"), url_for("AccountsView.add"), "primary", icon="plus")
    return ListPage(
        title=_("账号与岗位"),
        list_url=url_for("AccountsView.index"),
        count_text=_("共 %(n)s 个", n=f"{found.count:,}"),
        columns=heads(),
        rows=account_rows(found.rows, today=today),
        search_value=wish.words,
        search_hint=_("姓名、账号"),
        filters=_filters(wish),
        chips=chips,
        clear_url=url_for("AccountsView.index") if chips else "",
        main_action=add if may_write else None,
        pager=Pager(
            _("第 %(first)s–%(last)s 个", first=first, last=first + len(found.rows) - 1) if found.rows else "",
            address(wish, page=wish.page - 1) if wish.page > 1 else "",
            address(wish, page=wish.page + 1) if first + len(found.rows) <= found.count else "",
        ),
        empty=None
        if found.rows
        else EmptyState(
            _("没有找到这样的账号"), _("去掉一个条件再试。"), culprits=chips, clear_url=url_for("AccountsView.index")
        ),
    )


def heads() -> tuple[HeadColumn, ...]:
    """Heads of a table of accounts."""
    return (
        HeadColumn("name", _("姓名")),
        HeadColumn("username", _("账号")),
        HeadColumn("posts", _("岗位")),
        HeadColumn("state", _("状态")),
        HeadColumn("last_login", _("最近登录")),
    )


def account_rows(rows: tuple[AccountRow, ...], *, today: date) -> tuple[RowView, ...]:
    """Accounts as rows of a table."""
    found = []
    for row in rows:
        url = url_for("AccountsView.show", user_id=row.id)
        live = [post_text(post) for post in row.posts if not post.is_over(today)]
        chip = state_chip(row, today=today)
        cells = (
            CellView(row.name, url=url),
            CellView(row.username),
            CellView("；".join(live) or _("（无）")),
            CellView(chip.label, "chip", tone=chip.tone),
            CellView(moment(row.last_login) or _("从未登录"), "date"),
        )
        found.append(RowView(str(row.id), cells, url))
    return tuple(found)


def address(wish: Wish, **changes: Any) -> str:
    """The address of the list with a wish, changed as told."""
    values = {"q": wish.words, "role": wish.role, "area": wish.area, "state": wish.state, "page": wish.page} | changes
    pairs = {key: value for key, value in values.items() if value and (key, value) != ("page", 1)}
    return url_for("AccountsView.index") + (f"?{urlencode(pairs)}" if pairs else "")


def _filters(wish: Wish) -> tuple[FilterView, ...]:
    roles = (Option("", _("不限"), not wish.role), *(Option(key, role_name(key), key == wish.role) for key in ROLES))
    states = (Option("", _("不限"), not wish.state), *(Option(k, _(text), k == wish.state) for k, text in STATES))
    return (
        FilterView(name="role", label=_("角色"), options=roles, value=wish.role, is_primary=True),
        FilterView(name="area", label=_("区域"), kind="area", value=wish.area, is_primary=True,
                   choices_url=url_for("RegisterView.area_choices"),
                   selected_label=asked_area_name(wish.area, current_actor())),
        FilterView(name="state", label=_("状态"), options=states, value=wish.state, is_primary=True),
    )  # fmt: skip


def _chips(wish: Wish) -> tuple[ChipView, ...]:
    found = []
    if wish.words:
        found.append(ChipView(_("搜索：%(words)s", words=wish.words), address(wish, q="", page=1)))
    if wish.role:
        found.append(ChipView(_("角色：%(role)s", role=role_name(wish.role)), address(wish, role="", page=1)))
    if wish.area:
        found.append(
            ChipView(
                _("区域：%(area)s", area=asked_area_name(wish.area, current_actor())), address(wish, area="", page=1)
            )
        )
    if wish.state:
        label = dict(STATES).get(wish.state, wish.state)
        found.append(ChipView(_("状态：%(state)s", state=_(label)), address(wish, state="", page=1)))
    return tuple(found)


def show_page(row: AccountRow, actor: Actor, *, person: str, today: date) -> ShowPage:
    """One account; `person` is whose it is by the rosters, where the viewer may see it."""
    may_write = may_manage(row, actor)
    facts = (
        FactView(_("姓名"), CellView(row.name)),
        FactView(_("账号"), CellView(row.username)),
        FactView(_("所属区域"), CellView(full_name(row.area_code) or name_of(row.area_code))),
        FactView(_("关联的人"), CellView(person or (_("已关联") if row.person_uid else _("没有关联")))),
        FactView(_("最近登录"), CellView(moment(row.last_login) or _("从未登录"))),
        FactView(_("登录次数"), CellView(f"{row.login_count:,}")),
        FactView(_("改密码时间"), CellView(moment(row.password_changed_at) or _("还没有改过"))),
        FactView(_("下次登录"), CellView(_("要先改密码") if row.must_change_password else _("不用改密码"))),
    )
    return ShowPage(
        title=row.name,
        subtitle=row.username,
        chips=(state_chip(row, today=today),),
        main_action=Action(_("增加岗位"), url_for("AccountsView.add_post", user_id=row.id), "primary", icon="plus")
        if may_write and row.id != actor.user_id
        else None,
        actions=_actions(row) if may_write else (),
        groups=(
            FactGroup(_("账号"), facts),
            FactGroup(_("岗位"), (_posts_fact(row, actor, today, may_write=may_write),)),
        ),
    )


def may_manage(row: AccountRow, actor: Actor) -> bool:
    """Whether the actor may change the account: in his area, and 三员 only by a system administrator."""
    if not actor.covers("accounts", "write", row.area_code):
        return False
    is_apart = any(post.role in SEPARATE_ROLES for post in row.posts)
    return not is_apart or (actor.access is not None and actor.access.has_role("system_admin"))


def _actions(row: AccountRow) -> tuple[Action, ...]:
    here: dict[str, Any] = {"user_id": row.id}
    reset = _("给 %(name)s 换一个随机密码，只显示一次。原来的登录全部退出。", name=row.name)
    out = _("让 %(name)s 在所有电脑和手机上退出登录。", name=row.name)
    close = _("停用 %(name)s 的账号，马上退出登录，以后可以再启用。", name=row.name)
    found = [
        Action(_("修改"), url_for("AccountsView.edit", **here), icon="edit"),
        Action(_("重置密码"), url_for("AccountsView.reset", **here), method="post", confirm=reset),
        Action(_("退出全部登录"), url_for("AccountsView.sign_out", **here), method="post", confirm=out),
    ]
    if row.is_open:
        found.append(Action(_("停用"), url_for("AccountsView.close", **here), "danger", "post", close))
    else:
        found.append(
            Action(
                _("启用"), url_for("AccountsView.reopen", **here), method="post",
                confirm=_("重新启用 %(name)s 的账号。", name=row.name),
            )
        )  # fmt: skip
    return tuple(found)


def _posts_fact(row: AccountRow, actor: Actor, today: date, *, may_write: bool) -> FactView:
    heads = (
        HeadColumn("role", _("角色")), HeadColumn("area", _("区域")), HeadColumn("line", _("条线")),
        HeadColumn("from", _("开始")), HeadColumn("to", _("结束")), HeadColumn("state", _("状态")),
        HeadColumn("do", _("操作")),
    )  # fmt: skip
    rows = []
    for post in row.posts:
        chip = Chip(_("有效"), "green")
        if post.is_over(today):
            chip = Chip(_("已结束"), "grey")
        elif not post.is_live(today):
            chip = Chip(_("还没开始"), "blue")
        may_end = may_write and not post.is_over(today) and actor.covers("accounts", "write", post.area_code)
        door = CellView("")
        if may_end and row.id != actor.user_id:
            door = CellView(_("结束"), url=url_for("AccountsView.end_post", user_id=row.id, post_id=post.id))
        rows.append(
            RowView(
                str(post.id),
                (
                    CellView(role_name(post.role) + (_("（代办）") if post.acts_for_id else "")),
                    CellView(name_of(post.area_code)),
                    CellView(post.line or _("全部一般条线")),
                    CellView(post.valid_from.isoformat() if post.valid_from else _("一直")),
                    CellView(post.valid_to.isoformat() if post.valid_to else _("长期")),
                    CellView(chip.label, "chip", tone=chip.tone),
                    door,
                ),
            )
        )
    return FactView(_("岗位"), CellView(""), is_wide=True, heads=heads, rows=tuple(rows))
