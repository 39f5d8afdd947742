"""The agenda of a joint meeting out of the three lists: needs nobody took up, projects that stand still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy import select

from app.areas.queries import names_of
from app.database.transactions import writing
from app.extensions import db
from app.fields.sentence import Sentence
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.parts import Option
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.meetings.attendance import changeable
from app.meetings.models import Meeting, Topic
from app.three_lists import queries
from app.three_lists.names import list_name

KINDS = ("joint_meeting", "wide_committee")
"""Meetings that settle who takes up what: 党建联席会, 大党委会."""
FIELD, MOST_EACH = "topics", 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may become a topic: the row it is about, its title, who proposes it, and how it stands."""

    register: str
    uid: str
    title: str
    proposer: str
    note: str

    @property
    def key(self) -> str:
        """What the form sends."""
        return f"{self.register}:{self.uid}"


def candidates(meeting: Meeting, *, today: date) -> list[Candidate]:
    """Open needs and projects of the meeting's area that are not on its agenda yet."""
    needs, projects = queries.for_a_meeting(meeting.area_code, today, limit=MOST_EACH)
    areas = names_of({row.area_code for row in (*needs, *projects)})
    found = [
        Candidate(reg, row.uid, f"{list_name(reg)}：{row.name}（{row.number or '无编号'}）"[:200],
                  areas.get(row.area_code, ""), register(reg).column("state").type.show(row.state) + _waited(row, today))
        for reg, rows in (("needs", needs), ("projects", projects))
        for row in rows
    ]  # fmt: skip
    known = _on_agenda(meeting.id)
    return [each for each in found if each.uid not in known]


def _waited(row: object, today: date) -> str:
    since, due = getattr(row, "registered_on", None), getattr(row, "ends_on", None)
    if due is not None and due < today:
        return f"，已过截止日期 {(today - due).days} 天"
    return f"，已等 {(today - since).days} 天" if since is not None and since < today else ""


def _on_agenda(meeting_id: int) -> set[str]:
    statement = select(Topic.source_uid).where(Topic.parent_id == meeting_id, Topic.source_uid != "")
    return set(db.session.execute(statement).scalars())


def put_on(meeting_id: int, keys: Sequence[str], *, today: date) -> int:
    """Make the ticked ones topics of the meeting, after those it has; how many. Raises SaveRefused, NotPermitted."""
    with writing() as session:
        meeting = changeable(meeting_id)
        chosen = [each for each in candidates(meeting, today=today) if each.key in set(keys)]
        if not chosen:
            raise SaveRefused({"": Sentence("请先勾选要列入议题的事项。")})
        last = session.execute(select(Topic.position).where(Topic.parent_id == meeting.id)).scalars().all()
        for number, each in enumerate(chosen, max(last, default=-1) + 1):
            session.add(
                Topic(
                    parent_id=meeting.id, area_code=meeting.area_code, position=number, title=each.title,
                    proposer=each.proposer[:80], points="", source_register=each.register, source_uid=each.uid,
                )
            )  # fmt: skip
        session.flush()
    return len(chosen)


def page(meeting: Meeting, *, today: date, error: str = "") -> FormPage:
    """The open ones to tick."""
    found = candidates(meeting, today=today)
    groups = []
    for reg in ("needs", "projects"):
        options = tuple(Option(each.key, f"{each.title} · {each.note}") for each in found if each.register == reg)
        if options:
            field = FieldView(name=FIELD, label=list_name(reg), widget="choices", options=options, width="full")
            groups.append(FieldGroup(_("还没有着落的%(noun)s", noun=list_name(reg)), (field,)))
    if not groups:
        groups = [FieldGroup(_("没有还没着落的事项，或都已列入议题。"), ())]
    return FormPage(
        title=_("从清单取议题：%(meeting)s", meeting=meeting.name or ""), groups=tuple(groups),
        submit_url=url_for("MeetingView.agenda", meeting_id=meeting.id),
        cancel_url=url_for("MeetingView.show", meeting_id=meeting.id), errors=(_(error),) if error else (),
        submit_label=_("列入议题"), may_continue=False,
    )  # fmt: skip
