"""Ticking attendance and writing a topic: what the browser sent, and the forms as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from app.fields.cells import clean
from app.fields.refusal import Refused
from app.fields.types import Date
from app.language import gettext as _
from app.lowcode.links import LinkFinder
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Note, Option
from app.lowcode.queries import row_titles
from app.lowcode.service import SaveRefused
from app.meetings import rules
from app.meetings.kinds import OwnCode
from app.meetings.models import Attendee
from app.meetings.page_models import AttendancePage, AttendeeView, GuestView, LinesView, TopicPage
from app.meetings.pages import quorum_view
from app.meetings.queries import MeetingRecord, TopicRecord
from app.meetings.topics import ResolutionInput, SpeechInput, TopicInput, VoteInput

SECTIONS = {
    "speeches": ("speaker", "text"),
    "votes": ("matter", "method", "in_favour", "against", "abstained"),
    "resolutions": ("text", "unit", "person", "due_on"),
}
LONGEST_ID = 9
COUNTED = ("in_favour", "against", "abstained")
DEFAULTS = {"method": "hands"}
"""What stands in a new line without being typed; such a line is still empty."""

Lines = list[dict[str, str]]


@dataclass(frozen=True)
class TypedTopic:
    """What was typed: plain texts by field, and lines by section."""

    texts: dict[str, str]
    lines: dict[str, Lines]


def typed_marks(form: Any) -> dict[int, tuple[str, str]]:
    """Attendee id → (status, reason)."""
    found = {}
    for name in form:
        head, _dash, id_ = name.partition("-")
        if head == "status" and id_.isdigit():
            found[int(id_)] = (form[name], clean(form.get(f"reason-{id_}", "")))
    return found


def attendance_page(
    record: MeetingRecord, *, marks: Mapping[int, tuple[str, str]] | None = None,
    errors: Mapping[str, str] | None = None, guest: tuple[str, str] = ("", ""),
) -> AttendancePage:  # fmt: skip
    """The form; `marks` are those typed, where they were refused."""
    meeting, marks, errors = record.meeting, marks or {}, dict(errors or {})
    expected = [row for row in record.attendees if row.status != "observer"]
    people = tuple(_person(number, row, marks, errors) for number, row in enumerate(expected, 1))
    general = tuple(text for key, text in errors.items() if not key.startswith("status-"))
    wrong = sum(key.startswith("status-") for key in errors)
    if wrong:
        general = (_("没有保存：有 %(n)s 人要补写原因，看下面标红的地方。", n=wrong), *general)
    notes: tuple[Note, ...] = ()
    if not expected:
        notes = (Note(_("名册里没有找到应到的人。请先在名册登记，再点“按名册更新”。"), "amber"),)
    return AttendancePage(
        title=_("点名"),
        subtitle=f"{record.body_name} {meeting.name} {meeting.held_on.isoformat()}",
        submit_url=url_for("MeetingView.attendance", meeting_id=meeting.id),
        cancel_url=url_for("MeetingView.show", meeting_id=meeting.id),
        version=meeting.version,
        quorum=quorum_view(record.kind, record.tally),
        statuses=tuple((key, _(label)) for key, label in rules.STATUSES if key not in ("pending", "observer")),
        people=people,
        guests=tuple(
            GuestView(
                row.name, row.office, url_for("MeetingView.remove_guest", meeting_id=meeting.id, attendee_id=row.id)
            )
            for row in record.with_status("observer")
        ),
        guest_url=url_for("MeetingView.add_guest", meeting_id=meeting.id),
        reasons=(*rules.LEAVE_REASONS, *rules.EXCLUSION_REASONS),
        has_votes=record.kind.may_vote,
        errors=general,
        notes=notes,
        guest_name=guest[0],
        guest_office=guest[1],
        refresh_url=url_for("MeetingView.refresh", meeting_id=meeting.id),
        sheet_url=url_for("MeetingView.paper", meeting_id=meeting.id, name="sign_in", format_="pdf"),
    )


def _person(
    number: int, row: Attendee, marks: Mapping[int, tuple[str, str]], errors: Mapping[str, str]
) -> AttendeeView:
    status, reason = marks.get(row.id, (row.status, row.reason))
    error = errors.get(f"status-{row.id}", "")
    return AttendeeView(row.id, number, row.name, row.office, row.has_vote, status, reason, error)


def typed_topic(form: Any) -> TypedTopic:
    """What the browser sent; lines left empty are dropped, removed ones too."""
    texts = {name: _sent(form, name) for name in ("title", "proposer", "points")}
    lines: dict[str, Lines] = {}
    for section, parts in SECTIONS.items():
        gone = set(form.getlist(f"{section}-delete"))
        numbers = sorted({int(name.split("-")[1]) for name in form if _is_line(name, section)})
        found = []
        for number in numbers:
            line = {part: _sent(form, f"{section}-{number}-{part}") for part in parts}
            line["id"] = form.get(f"{section}-{number}-id", "")
            is_empty = not any(text for part, text in line.items() if part != "id" and DEFAULTS.get(part) != text)
            if (line["id"] and line["id"] in gone) or (is_empty and "add-line" not in form):
                continue
            found.append(line)
        lines[section] = found
    if form.get("add-line") in lines:
        lines[form["add-line"]].append({})
    return TypedTopic(texts, lines)


def _is_line(name: str, section: str) -> bool:
    head, _dash, rest = name.partition("-")
    return head == section and rest.partition("-")[0].isdigit()


def _sent(form: Any, name: str) -> str:
    """A select box sends an id, or the text that was typed where scripts are off."""
    return clean(str(form.get(name, "") or form.get(f"{name}-text", "")))


def read_topic(typed: TypedTopic, people: Sequence[Attendee], *, today: date) -> TopicInput:
    """The topic as values. Raises SaveRefused with what cannot be read."""
    errors: dict[str, str] = {}
    links = LinkFinder()
    names = {str(person.id): person.name for person in people}
    speeches = [
        SpeechInput(names.get(line.get("speaker", ""), line.get("speaker", "")), line.get("text", ""), _id(line))
        for line in typed.lines["speeches"]
    ]
    votes = [_vote(line, n, errors) for n, line in enumerate(typed.lines["votes"])]
    resolutions = [
        ResolutionInput(
            line.get("text", ""), _day(line.get("due_on", ""), f"resolutions-{n}-due_on", errors, today),
            _unit(line.get("unit", ""), f"resolutions-{n}-unit", errors, links),
            names.get(line.get("person", ""), line.get("person", "")), _id(line),
        )
        for n, line in enumerate(typed.lines["resolutions"])
    ]  # fmt: skip
    if errors:
        raise SaveRefused(errors)
    proposer = names.get(typed.texts["proposer"], typed.texts["proposer"])
    return TopicInput(typed.texts["title"], proposer, typed.texts["points"], speeches, votes, resolutions)


def _vote(line: Mapping[str, str], number: int, errors: dict[str, str]) -> VoteInput:
    favour, against, abstained = (_count(line.get(part, ""), f"votes-{number}-{part}", errors) for part in COUNTED)
    return VoteInput(
        line.get("matter", ""), favour, against, abstained, line.get("method") or "hands", _id(line)
    )  # fmt: skip


def _id(line: Mapping[str, str]) -> int | None:
    return int(line["id"]) if line.get("id", "").isdigit() else None


def _count(text: str, where: str, errors: dict[str, str]) -> int:
    if not text:
        return 0
    if not text.isdigit() or len(text) > 5:
        errors[where] = "票数要填整数。"
        return 0
    return int(text)


def _day(text: str, where: str, errors: dict[str, str], today: date) -> date | None:
    try:
        return Date().parse(text, today=today)
    except Refused as refusal:
        errors[where] = refusal.message
        return None


def _unit(text: str, where: str, errors: dict[str, str], links: LinkFinder) -> int | None:
    try:
        if text.isdigit() and len(text) > LONGEST_ID:
            raise Refused("没有这个单位，请从列表中选。", code="link_unknown")
        return links.read("units", text)
    except Refused as refusal:
        errors[where] = refusal.message
        return None


def stored_topic(found: TopicRecord) -> TypedTopic:
    """A topic as it would be typed."""
    topic = found.topic
    return TypedTopic(
        {"title": topic.title, "proposer": topic.proposer, "points": topic.points},
        {
            "speeches": [{"id": str(row.id), "speaker": row.speaker, "text": row.text} for row in found.speeches],
            "votes": [
                {"id": str(row.id), "matter": row.matter, "method": row.method, "in_favour": str(row.in_favour),
                 "against": str(row.against), "abstained": str(row.abstained)}
                for row in found.votes
            ],
            "resolutions": [
                {"id": str(row.id), "text": row.text, "unit": str(row.unit_id or ""), "person": row.person or "",
                 "due_on": row.due_on.isoformat() if row.due_on else ""}
                for row in found.resolutions
            ],
        },
    )  # fmt: skip


EMPTY_TOPIC = TypedTopic(
    {"title": "", "proposer": "", "points": ""}, {"speeches": [{}], "votes": [], "resolutions": []}
)


def topic_page(
    record: MeetingRecord, topic_id: int | None, typed: TypedTopic, *, errors: Mapping[str, str] | None = None
) -> TopicPage:
    """The form of one topic."""
    meeting, errors = record.meeting, dict(errors or {})
    here: dict[str, Any] = {"meeting_id": meeting.id}
    submit = (
        url_for("MeetingView.add_topic", **here)
        if topic_id is None
        else url_for("MeetingView.topic", topic_id=topic_id, **here)
    )
    people_url = url_for("MeetingView.people", **here)
    fields = (
        FieldView(name="title", label=_("议题"), value=typed.texts["title"], is_required=True, width="full",
                  max_length=200, error=errors.get("title", ""), placeholder=_("例：关于安装电动车充电桩的事")),
        FieldView(name="proposer", label=_("提出人"), widget="link", value=typed.texts["proposer"],
                  selected_label=typed.texts["proposer"], choices_url=people_url, error=errors.get("proposer", ""),
                  placeholder=_("从到会名单里选，也可以直接写")),
        FieldView(name="points", label=_("讨论要点"), widget="textarea", value=typed.texts["points"], width="full",
                  help=_("不逐个记发言的，把大家的意见归纳写在这里")),
    )  # fmt: skip
    return TopicPage(
        title=_("记一个议题") if topic_id is None else _("修改议题"),
        subtitle=f"{record.body_name} {meeting.name}",
        submit_url=submit,
        cancel_url=url_for("MeetingView.show", **here),
        fields=fields,
        sections=_sections(record, typed, errors, people_url),
        quorum=quorum_view(record.kind, record.tally),
        errors=tuple(text for key, text in errors.items() if key == ""),
        error_count=len(errors),
    )


def _sections(
    record: MeetingRecord, typed: TypedTopic, errors: Mapping[str, str], people_url: str
) -> tuple[LinesView, ...]:
    chosen = {line.get("unit", "") for line in typed.lines["resolutions"]}
    units = row_titles("units", {int(id_) for id_ in chosen if id_.isdigit() and len(id_) <= LONGEST_ID})

    def fields(section: str, number: str, line: Mapping[str, str]) -> tuple[FieldView, ...]:
        return tuple(
            _field(section, number, part, line.get(part, DEFAULTS.get(part, "")), errors, people_url, units)
            for part in SECTIONS[section]
        )

    def section(name: str, title: str, help_: str, add: str, refused: str = "") -> LinesView:
        lines = tuple((line.get("id", ""), fields(name, str(n), line)) for n, line in enumerate(typed.lines[name]))
        return LinesView(name, title, help_, add, lines, fields(name, "__n__", {}), refused)

    quorum = rules.quorum_finding(record.kind, record.tally)
    refused = ""
    if not record.kind.may_vote:
        refused = _("%(kind)s不进行表决。", kind=record.kind.name)
    elif not quorum.is_met:
        refused = _("现在还不能记表决。%(why)s", why=quorum.sentence)
    votes_help = f"{quorum.sentence}{rules.majority_rule(record.kind)}"
    return (
        section("speeches", _("发言"), _("谁说了什么，一人一条。发言人从到会名单里选。"), _("加一条发言")),
        section("votes", _("表决"), votes_help, _("加一项表决"), refused),
        section("resolutions", _("议定事项"), _("定下来要做的事，一件一条。到时限没办结会提醒。"), _("加一件议定事项")),
    )


_LABELS = {
    "speaker": "发言人", "matter": "表决事项", "method": "方式", "in_favour": "同意", "against": "反对",
    "abstained": "弃权", "unit": "责任单位", "person": "责任人", "due_on": "完成时限",
}  # fmt: skip


def _field(
    section: str, number: str, part: str, value: str, errors: Mapping[str, str], people_url: str,
    units: Mapping[int, str],
) -> FieldView:  # fmt: skip
    name = f"{section}-{number}-{part}"
    label = _(_LABELS.get(part, "发言内容" if section == "speeches" else "议定了什么"))
    common: dict[str, Any] = {"name": name, "label": label, "value": value, "error": errors.get(name, "")}
    if part in ("speaker", "person"):
        hint = _("从到会名单里选")
        return FieldView(widget="link", selected_label=value, choices_url=people_url, placeholder=hint, **common)
    if part == "unit":
        shown = units.get(int(value), "") if value.isdigit() else value
        url = url_for("RegisterView.choices", register_name="units")
        return FieldView(widget="link", selected_label=shown, choices_url=url, placeholder=_("自己办的不填"), **common)
    if part == "method":
        options = tuple(Option(code, _(text), code == value) for code, text in OwnCode("vote_method").choices())
        return FieldView(widget="choice", options=options, **common)
    if part == "text":
        return FieldView(widget="textarea", **common)
    if part == "due_on":
        return FieldView(widget="date", **common)
    return FieldView(widget="number" if part != "matter" else "text", **common)
