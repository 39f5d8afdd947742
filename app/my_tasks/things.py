"""Things handed over with the work (物资): read from the lines of a form, checked, and what came to somebody before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.fields.refusal import Refused
from app.fields.sentence import Sentence
from app.fields.types import Code, FieldType, Integer, Text
from app.my_tasks.models import Handover
from reports.contents.handover_sheet import Thing

Lines = Sequence[Mapping[str, str]]
MOST_THINGS = 100
KINDS: Mapping[str, FieldType[Any]] = {
    "name": Text(60), "number": Integer(minimum=1, maximum=99_999), "unit": Text(10), "state": Code("thing_state"),
    "note": Text(60),
}  # fmt: skip
"""Parts of a line and how each is read."""
LABELS = {"name": "名称", "number": "数量", "unit": "单位", "state": "现状", "note": "备注"}
MISSING = {
    "name": "写上是什么，例：执法记录仪。", "number": "写上有几件。", "unit": "写上单位，例：台、把、本。", "state": "选一个现状。",
}  # fmt: skip
"""What is said where a part that every line needs was left empty."""


def read_things(lines: Lines, *, today: date) -> tuple[tuple[Thing, ...], dict[str, str]]:
    """The lines that say something, and sentences by field (`things-0-name`) about what cannot be read."""
    found: list[Thing] = []
    errors: dict[str, str] = {}
    for number, line in enumerate(lines):
        if any(line.get(part, "").strip() for part in KINDS):
            read = {part: _read(part, line.get(part, ""), today, errors, f"things-{number}-{part}") for part in KINDS}
            found.append(Thing(**read))
    if len(found) > MOST_THINGS:
        errors["things"] = Sentence("一次最多移交 %(n)s 样物资，请把同类的合成一行。", n=MOST_THINGS)
    return tuple(found), errors


def _read(part: str, text: str, today: date, errors: dict[str, str], where: str) -> str:
    try:
        value = KINDS[part].parse(text, today=today)
    except Refused as refusal:
        errors[where] = refusal.message
        return ""
    if value is None and part in MISSING:
        errors[where] = MISSING[part]
    return KINDS[part].show(value)


def things_of(row: Handover) -> tuple[Thing, ...]:
    """The things of a hand-over; those of one made before they had lines are names only, word for word."""
    old = (line.strip() for line in row.things.splitlines())
    return (*(Thing(line) for line in old if line), *(Thing(*line) for line in row.thing_lines))


def kept_by(user_id: int) -> tuple[Thing, ...]:
    """What came to somebody with the work of others and was not handed on since, as far as it is seen."""
    gave = select(func.coalesce(func.max(Handover.id), 0)).where(Handover.from_user_id == user_id).scalar_subquery()
    came = select(Handover).where(Handover.to_user_id == user_id, Handover.id > gave).order_by(Handover.id)
    return tuple(thing for row in db.session.execute(came).scalars() for thing in things_of(row))
