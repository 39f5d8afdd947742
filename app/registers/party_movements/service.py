"""What a movement does to its member: the column 组织关系状态, the days in the roster, and 转正."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.fields.codes import code_list
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.registers.party_members import rules
from app.security.beyond import beyond_scope


def _member(row: Any) -> Any:
    with db.session.no_autoflush:
        return db.session.get(register("party_members").model, row.member_id) if row.member_id else None


def name_it(row: Any) -> None:
    """张国安 转入, where nobody typed a summary."""
    member = _member(row)
    if not row.name and member is not None and row.kind:
        row.name = f"{member.name} {code_list('member_movement').label_of(row.kind)}"


def moves_of(member_id: int) -> list[rules.Move]:
    """A member's live movements in order."""
    model = register("party_movements").model
    rows = db.session.execute(
        select(model.moved_on, model.id, model.kind).where(model.member_id == member_id, model.deleted_at.is_(None))
    )
    return sorted(rules.Move(*row) for row in rows)


def apply_to_member(row: Any, _today: date) -> None:
    """Work the member's columns out anew from all his movements; raise SaveRefused where they contradict each other.

    Called for a saved, a deleted and a restored movement alike, so that taking one back takes its effect back.
    """
    with beyond_scope():
        member = db.session.get(register("party_members").model, row.member_id)
        if member is None:
            return
        moves = moves_of(member.id)
        labels = dict(code_list("member_movement").choices())
        wrong = rules.check_movement(member.roster, member.name, moves, labels)
        if wrong:
            raise SaveRefused({"moved_on" if "日期" in wrong else "kind": wrong})
        _write(member, moves)
        db.session.flush()


def _write(member: Any, moves: list[rules.Move]) -> None:
    counted = [move for move in moves if rules.effect_of(member.roster, move.kind)]
    is_out = bool(counted) and rules.effect_of(member.roster, counted[-1].kind) == -1
    entries = [move.on for move in counted if rules.effect_of(member.roster, move.kind) == 1]
    _set(member, "left_on", counted[-1].on if is_out else None)
    if entries:
        _set(member, "entered_on", entries[-1])
    states = [rules.STATES[move.kind] for move in moves if move.kind in rules.STATES]
    _set(member, "state", states[-1] if states else "in_book")
    confirmed = [move.on for move in moves if move.kind == "confirmed"]
    if confirmed:
        _set(member, "kind", "full")
        _set(member, "confirmed_on", confirmed[-1])


def _set(row: Any, name: str, value: Any) -> None:
    # Setting what is there already would count as a change in the history.
    if getattr(row, name) != value:
        setattr(row, name, value)
