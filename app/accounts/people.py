"""Whose row of a roster an account belongs to: that of a grid worker or of a community worker, chosen and shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.accounts.queries import AccountRow
from app.extensions import db
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.queries import get, row_titles
from app.lowcode.register import register
from app.lowcode.sent import sent_id
from app.security.actor import Actor, current_actor

ROSTERS = {"person": "grid_workers", "staff": "community_workers"}
"""Field of the form → roster it chooses from."""


def fields(typed: Mapping[str, str], errors: Mapping[str, str], actor: Actor) -> list[FieldView]:
    """One field for each roster the actor may read."""
    about = {
        "person": (_("关联的网格员"), _("网格员本人的账号要关联，离岗时账号会同时停用")),
        "staff": (_("关联的社区工作者"), _("社区工作者的账号要关联，他不在时代办单才会转给B岗；离岗时账号会同时停用")),
    }
    found = []
    for name, roster in ROSTERS.items():
        if actor.allows(roster, "read"):
            value = typed.get(name, "")
            label = row_titles(roster, {id_}).get(id_, "") if (id_ := sent_id(value)) else ""
            found.append(
                FieldView(name=name, label=about[name][0], widget="link", value=value, selected_label=label,
                          choices_url=url_for("RegisterView.choices", register_name=roster), help=about[name][1],
                          error=errors.get(name, ""))
            )  # fmt: skip
    return found


def chosen_uid(typed: Mapping[str, str], errors: dict[str, str], row: AccountRow | None = None) -> str | None:
    """uid of the one chosen, None for nobody; what the actor does not see stays as it is. Adds to `errors`."""
    uids: list[str] = []
    for name, roster in ROSTERS.items():
        if value := typed.get(name, "").strip():
            found = get(register(roster), id_) if (id_ := sent_id(value)) else None
            if found is None:
                errors[name] = _("请在下拉的名单里选择。")
            else:
                uids.append(str(found.uid))
    if len(uids) > 1:
        errors["staff"] = _("一个账号只关联一个人：网格员和社区工作者选一个。")
    if not uids and row is not None and row.person_uid and person_of(row) is None:
        return row.person_uid
    return uids[0] if uids else None


def person_of(row: AccountRow) -> tuple[str, Any] | None:
    """Field and roster row an account belongs to, as far as the viewer sees it."""
    for name, roster in ROSTERS.items() if row.person_uid else ():
        model = register(roster).model
        if current_actor().allows(roster, "read"):
            found = db.session.execute(select(model).where(model.uid == row.person_uid)).scalar()
            if found is not None:
                return name, found
    return None


def stored_values(row: AccountRow) -> dict[str, str]:
    """What the form begins with."""
    person = person_of(row)
    return {person[0]: str(person[1].id)} if person is not None else {}


def name_of(row: AccountRow) -> str:
    """The name in the roster; '' where there is none to see."""
    person = person_of(row)
    return str(person[1].name) if person is not None else ""
