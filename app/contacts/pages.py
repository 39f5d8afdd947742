"""Builds the 通讯录 page."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for

from app.areas.queries import full_name
from app.contacts import queries
from app.contacts.models import RESOURCE
from app.contacts.page_models import ContactGroup, ContactsPage
from app.contacts.rules import Contact
from app.contacts.sources import Source
from app.language import gettext as _
from app.lowcode.list_page import reveal_address
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, Pager, RowView
from app.lowcode.page_models.parts import Action, Link
from app.lowcode.register import register
from app.periods.rules import Period
from app.security.actor import Actor

PAGE_SIZE, HITS_EACH = 50, 20


def contacts_page(*, area: str, kind: str, words: str, number: int, actor: Actor, today: date) -> ContactsPage:
    """One register's people, else the first of each; `words` narrow both."""
    sources = queries.sources_of(actor)
    chosen = next((each for each in sources if each.register == kind), None)
    here = _address(area, words=words, kind=chosen.register if chosen else "")
    groups, pager = [], None
    for each in [chosen] if chosen else sources:
        size = PAGE_SIZE if chosen else HITS_EACH
        first = (number - 1) * size if chosen else 0
        found = queries.find(each, area=area, words=words, actor=actor, today=today, first=first, most=size)
        if found.contacts:
            groups.append(_group(each, found, area, words, here, is_alone=chosen is not None))
        if chosen and found.count > size:
            pager = _pager(each, area, words, number, found.count)
    return ContactsPage(
        title=_("通讯录"),
        subtitle=full_name(area) if area else "",
        words=words,
        kind=kind if chosen else "",
        area=area,
        search_url=url_for("ContactsView.index"),
        tabs=(
            Link(_("全部"), _address(area, words=words), chosen is None),
            *(
                Link(_(register(each.register).noun_text), _address(area, words=words, kind=each.register), each == chosen)
                for each in sources
            ),
        ),
        heads=tuple(
            HeadColumn(name, label)
            for name, label in (
                ("name", _("姓名")), ("phone", _("电话")), ("post", _("职务")), ("unit", _("单位")), ("area", _("所属"))
            )
        ),
        groups=tuple(groups),
        actions=_actions(area, chosen, words, actor, today),
        pager=pager,
        empty=None
        if groups
        else EmptyState(_("没有找到"), _("通讯录由各名册生成，请在名册里登记联系人和电话。")),
    )  # fmt: skip


def _address(area: str, *, words: str, kind: str = "", page: int = 1) -> str:
    wanted: dict[str, Any] = {"area": area, "q": words, "kind": kind, "page": page if page > 1 else ""}
    return url_for("ContactsView.index", **{name: value for name, value in wanted.items() if value})


def _actions(area: str, chosen: Source | None, words: str, actor: Actor, today: date) -> tuple[Action, ...]:
    if not actor.covers(RESOURCE, "export", area):
        return ()
    month = Period.of("month", today).key
    cards = url_for("ContactsView.cards", area=area, q=words, kind=chosen.register if chosen else "")
    return (
        Action(_("存入手机（vCard）"), cards, icon="export"),
        Action(_("打印或导出 Excel"), url_for("ReportView.index", paper="contact_book", area=area, period=month), "primary", icon="print"),
    )  # fmt: skip


def _group(
    of: Source, found: queries.Found, area: str, words: str, here: str, *, is_alone: bool
) -> ContactGroup:  # fmt: skip
    reg = register(of.register)
    stem = reveal_address(reg, here)
    more = None
    if not is_alone and found.count > len(found.contacts):
        more = Link(_("看全部 %(n)s 人", n=found.count), _address(area, words=words, kind=of.register))
    return ContactGroup(
        _("%(kind)s（%(n)s人）", kind=_(reg.noun_text), n=found.count),
        tuple(_row(contact, stem) for contact in found.contacts),
        more,
    )


def _row(contact: Contact, reveal_url: str) -> RowView:
    phone = (
        CellView(contact.phone, "masked", reveal_url=reveal_url)
        if contact.is_masked
        else CellView(contact.phone, url=f"tel:{contact.phone}" if contact.phone.isdigit() else "")
    )
    cells = (
        CellView(contact.name), phone, CellView(contact.post), CellView(contact.unit),
        CellView(contact.area if contact.area != contact.unit else ""),
    )  # fmt: skip
    url = url_for("RegisterView.show", register_name=contact.register, row_id=contact.row_id)
    return RowView(str(contact.row_id), cells, url)


def _pager(of: Source, area: str, words: str, number: int, count: int) -> Pager:
    first, last = (number - 1) * PAGE_SIZE + 1, min(number * PAGE_SIZE, count)

    def turned(to: int) -> str:
        return _address(area, words=words, kind=of.register, page=to)

    return Pager(
        _("第 %(first)s–%(last)s 人，共 %(count)s 人", first=first, last=last, count=count),
        turned(number - 1) if number > 1 else "",
        turned(number + 1) if last < count else "",
    )
