"""Papers of events: 交办（处置）单 of one, 办理情况通报 of a period by area, unit and channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.areas.queries import name_of, names_of
from app.events import queries, rules, splitting
from app.events.indicators import ALL
from app.events.models import Event
from app.extensions import db
from app.fields.codes import code_list
from app.lowcode.flow.printing import moment_text, steps_taken
from app.lowcode.papers import Paper, PaperRequest, Subject, register_paper
from app.lowcode.queries import row_titles
from app.lowcode.register import register
from app.lowcode.viewing import viewer_of
from app.security.actor import acting_as
from app.security.beyond import beyond_scope
from app.security.wall import within
from reports.contents import event_digest, event_order
from reports.document import Document, FootLine, Paragraph, long_date

DIGEST = "event_digest"
MOST_SUBJECTS = 500
PARTS = {"area": ("各社区", "社区"), "unit": ("各责任单位", "责任单位"), "source": ("各渠道", "来源")}
"""What the digest splits figures by → title and noun of that table."""


def build_digest(request: PaperRequest) -> Document:
    """The figures of the period."""
    period, actor = request.period, request.actor
    prefixes = ALL[0].prefixes_of(actor, request.area_code)
    with acting_as(actor):
        found = {by: splitting.split(by, prefixes, period, actor) for by in PARTS}
        whole = event_digest.Line("合计", _whole(found["source"]))
        parts = [_part(by, title, noun, found[by]) for by, (title, noun) in PARTS.items()]
        measures = [event_digest.Measure(each.title, each.denominator is not None, each.rule) for each in ALL]
        return event_digest.build(
            measures, whole, parts, area=name_of(request.area_code), period=period.title, as_of=min(period.last, request.today),
            foot_line=FootLine((("制表单位（盖章）", ""), ("制表人", ""), ("审核人", ""), ("制表日期", long_date(request.today)))),
        )  # fmt: skip


def _whole(sources: splitting.Parts) -> tuple[Any, ...]:
    """The figures of all channels together: every event has one."""
    found = []
    for each in ALL:
        shares = [of[each.name] for of in sources.values()]
        bottom = None if each.denominator is None else sum(share.bottom or 0 for share in shares)
        found.append(splitting.Share(sum(share.top for share in shares), bottom, each.places).value)
    return tuple(found)


def _part(by: str, title: str, noun: str, found: splitting.Parts) -> event_digest.Part:
    names = _names(by, found)
    lines = [
        event_digest.Line(str(names.get(part, part)), tuple(shares[each.name].value for each in ALL))
        for part, shares in sorted(found.items(), key=lambda pair: (-pair[1][ALL[0].name].top, str(names.get(pair[0]))))
    ]
    return event_digest.Part(title, noun, lines)


def _names(by: str, parts: dict[Any, Any]) -> dict[Any, str]:
    if by == "area":
        return dict(names_of(list(parts)))
    if by == "unit":
        with beyond_scope():
            titles = row_titles("units", {int(part) for part in parts})
        return {part: titles.get(int(part), str(part)) for part in parts}
    sources = code_list("event_source")
    return {part: sources.label_of(part) for part in parts}


def order_subjects(request: PaperRequest) -> Sequence[Subject]:
    """Events reported in the period, the newest first."""
    with acting_as(request.actor):
        found = select(Event).where(
            within(Event.area_code, (request.area_code,)), Event.deleted_at.is_(None),
            Event.registered_on.between(request.period.first, request.period.last),
        )  # fmt: skip
        rows = db.session.execute(found.order_by(Event.id.desc()).limit(MOST_SUBJECTS)).scalars()
        return [Subject(row.uid, f"{row.number} {row.name}", row.area_code) for row in rows]


def build_order(request: PaperRequest) -> Document:
    """One event; without one, a paper that says so."""
    with acting_as(request.actor):
        row = db.session.execute(select(Event).where(Event.uid == request.subject)).scalar()
        if row is None:
            return Document("事件交办（处置）单", (Paragraph(f"{request.period.title}没有事件。"),))
        reg, viewer = register("events"), viewer_of(register("events"), request.actor, today=request.today)

        def shown(name: str) -> str:
            return viewer.show(reg.column(name), row) or ""

        order = event_order.Order(
            number=row.number or "", name=row.name, area=name_of(row.area_code), state=shown("state"), source=shown("source"),
            category=shown("category"), level=shown("level"), location=row.location or "", content=row.content or "",
            reporter=shown("reporter"), phone=shown("phone"), reported=moment_text(row.reported_at), unit=shown("unit"),
            due=moment_text(row.due_at), handled=moment_text(row.handled_at), closed=moment_text(row.closed_at), in_time=_in_time(row),
            result=row.result or row.reply or "", satisfaction=shown("satisfaction"), returns=_returns(row),
            merged="、".join(f"{each.number}" for each in queries.merged_into(row.id)),
        )  # fmt: skip
        return event_order.build(order, steps_taken(reg, row))


def _in_time(row: Event) -> str:
    return {True: "按期", False: "超期", None: ""}[row.is_on_time]


def _returns(row: Event) -> str:
    told = ((row.refused_count, "退单"), (row.rework_count, "返工"), (row.reopen_count, "重开"))
    return "，".join(f"{word}{number}次" for number, word in told if number) or "无"


def install() -> None:
    """Make them known; again changes nothing."""
    register_paper(
        Paper(
            DIGEST,
            "事件办理情况通报",
            "events",
            "events",
            build_digest,
            periods=("month", "quarter", "half", "year"),
        )
    )
    register_paper(
        Paper(
            rules.ORDER, "事件交办（处置）单", "events", "events", build_order, periods=("month", "week", "quarter", "half", "year"),
            subject="事件", subjects=order_subjects, is_frozen=False, numbered_by="record", signed_by="signature_lines",
        )
    )  # fmt: skip
