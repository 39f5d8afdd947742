"""Boxes beside a record: what hangs on it, what is unusual about it, and posts held crosswise."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.extensions import db
from app.fields.codes import code_list
from app.language import gettext as _
from app.lowcode.column import Column
from app.lowcode.page_models.parts import Chip, PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.register import Register, registers
from app.lowcode.show_page import add_panel
from app.lowcode.viewing import Viewer
from app.registers.owners_committees import queries as committees
from app.registers.owners_committees.models import seats_of
from app.registers.owners_committees.rules import doubts as committee_doubts
from app.registers.party_organizations.queries import doubts_about

SHOWN = 6
LEADING = {"party_organizations", "residential_compounds", "buildings", "dwellings", "households", "residents",
           "property_companies", "party_members"}  # fmt: skip
"""Registers whose rows others hang on."""


def related(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Rows of other rosters that point here, a few of each with the way to all; sensitive ones never."""
    if reg.name not in LEADING:
        return None
    items: list[PanelItem] = []
    for other in registers():
        if other.is_sensitive or not viewer.actor.allows(other.name, "read"):
            continue
        for column in other.declared_columns:
            if column.kind == "link" and column.target == reg.name:
                items += _pointing(other, column, row, viewer)
    return Panel(_("相关记录"), tuple(items), empty_text=_("还没有别的记录连到这里。"))


def _pointing(other: Register, column: Column, row: Any, viewer: Viewer) -> list[PanelItem]:
    model = other.model
    here = (getattr(model, column.name + "_id") == row.id, model.deleted_at.is_(None))
    rows = db.session.execute(select(model).where(*here).order_by(model.id).limit(SHOWN + 1)).scalars().all()
    items = [
        PanelItem(
            other.title_of(found, viewer.today),
            url_for("RegisterView.show", register_name=other.name, row_id=found.id),
            _(other.noun_text),
        )
        for found in rows[:SHOWN]
    ]
    if len(rows) > SHOWN:
        number = db.session.execute(select(func.count(model.id)).where(*here)).scalar_one()
        url = url_for("RegisterView.list", register_name=other.name) + f"?{column.name}={row.id}"
        text = _("%(title)s共 %(n)s 条", title=_(other.title), n=number)
        items.append(PanelItem(text, url if column.is_filtered else ""))
    return items


def unusual(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """What the office should look at again: sizes of branches and committees."""
    if reg.name == "party_organizations":
        found = doubts_about(row)
    elif reg.name == "owners_committees":
        found = committee_doubts(seats_of(row), viewer.today)
    else:
        return None
    items = tuple(PanelItem(sentence, chip=Chip(_("请核对"), "amber")) for sentence in found)
    return Panel(_("核对提示"), items) if items else None


def crosswise(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """交叉任职: members of the committee with a post in the party."""
    if reg.name != "owners_committees" or not viewer.actor.allows("party_members", "read"):
        return None
    items = []
    for post in committees.cross_posts(row.id):
        own = code_list("owners_committee_post").label_of(post.committee_post or "member")
        party = code_list("party_post").label_of(post.party_post or "ordinary")
        days = "—".join(str(day) for day in (post.since_on, post.until_on) if day)
        url = url_for("RegisterView.show", register_name="party_members", row_id=post.member_id)
        items.append(PanelItem(f"{post.name}：{own}，{party}", url, days))
    return Panel(_("党员任职"), tuple(items), empty_text=_("委员里没有和党员名册对得上的人（按姓名和电话核对）。"))


def card(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """The door to a household's own paper."""
    if reg.name != "households" or not viewer.actor.covers("residents", "read", row.area_code):
        return None
    url = url_for("ReportView.index", paper="household_card", area=row.area_code, subject=row.uid)
    return Panel(_("一户一档"), (PanelItem(_("预览和打印这一户的档案"), url),))


def install_panels() -> None:
    """Put the boxes beside records; again changes nothing."""
    for maker in (unusual, crosswise, card, related):
        add_panel(maker)
