"""Writing a topic: what the browser sent, and the form as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from app.lowcode.page_models.parts import Option
from app.lowcode.queries import row_titles
from app.lowcode.sent import sent_id
from app.lowcode.service import SaveRefused
from app.meetings import owners_form, rules
from app.meetings.inputs import ResolutionInput, SpeechInput, TopicInput, VoteInput
from app.meetings.kinds import OwnCode
from app.meetings.models import Attendee
from app.meetings.page_models import LinesView, TopicPage
from app.meetings.pages import quorum_view
from app.meetings.queries import MeetingRecord, TopicRecord

SECTIONS = {
    "speeches": ("speaker", "text"),
    "votes": ("matter", "method", "in_favour", "against", "abstained"),
    "owners_votes": owners_form.PARTS,
    "resolutions": ("text", "unit", "person", "due_on"),
}
COUNTED = ("in_favour", "against", "abstained")
DEFAULTS = {"votes": {"method": "hands"}, "owners_votes": owners_form.DEFAULTS}
"""What stands in a new line without being typed; such a line is still empty."""

Lines = list[dict[str, str]]


@dataclass(frozen=True)
class TypedTopic:
    """What was typed: plain texts by field, and lines by section."""

    texts: dict[str, str]
    lines: dict[str, Lines]


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
            is_empty = not any(
                text for part, text in line.items() if part != "id" and DEFAULTS.get(section, {}).get(part) != text
            )
            if (line["id"] and line["id"] in gone) or (is_empty and "add-line" not in form):
                continue
            found.append(line)
        lines[section] = found
    if form.get("add-line") in lines:
        lines[form["add-line"]].append({})
    return TypedTopic(texts, lines)


def _is_line(name: str, section: str) -> bool:
    head, _dash, rest = name.partition("-")
    return head == section and rest.partition("-")[0].isdecimal()


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
    counts = [owners_form.read_owners_vote(line, n, errors) for n, line in enumerate(typed.lines["owners_votes"])]
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
    return TopicInput(typed.texts["title"], proposer, typed.texts["points"], speeches, votes, counts, resolutions)


def _vote(line: Mapping[str, str], number: int, errors: dict[str, str]) -> VoteInput:
    favour, against, abstained = (_count(line.get(part, ""), f"votes-{number}-{part}", errors) for part in COUNTED)
    return VoteInput(
        line.get("matter", ""), favour, against, abstained, line.get("method") or "hands", _id(line)
    )  # fmt: skip


def _id(line: Mapping[str, str]) -> int | None:
    return sent_id(line.get("id"))


def _count(text: str, where: str, errors: dict[str, str]) -> int:
    if not text:
        return 0
    if not text.isdecimal() or len(text) > 5:
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
            "owners_votes": [owners_form.as_typed(row) for row in found.owners_votes],
            "resolutions": [
                {"id": str(row.id), "text": row.text, "unit": str(row.unit_id or ""), "person": row.person or "",
                 "due_on": row.due_on.isoformat() if row.due_on else ""}
                for row in found.resolutions
            ],
        },
    )  # fmt: skip


EMPTY_TOPIC = TypedTopic(
    {"title": "", "proposer": "", "points": ""}, {"speeches": [{}], "votes": [], "owners_votes": [], "resolutions": []}
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
                  max_length=200, error=_(errors.get("title", "")), placeholder=_("例：关于安装电动车充电桩的事")),
        FieldView(name="proposer", label=_("提出人"), widget="link", value=typed.texts["proposer"],
                  selected_label=typed.texts["proposer"], choices_url=people_url, error=_(errors.get("proposer", "")),
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
        quorum=quorum_view(meeting, record.kind, record.tally),
        errors=tuple(_(text) for key, text in errors.items() if key == ""),
        error_count=len(errors),
    )


def _sections(
    record: MeetingRecord, typed: TypedTopic, errors: Mapping[str, str], people_url: str
) -> tuple[LinesView, ...]:
    chosen = {line.get("unit", "") for line in typed.lines["resolutions"]}
    units = row_titles("units", {id_ for text in chosen if (id_ := sent_id(text))})

    def fields(section: str, number: str, line: Mapping[str, str]) -> tuple[FieldView, ...]:
        return tuple(
            _field(
                section,
                number,
                part,
                line.get(part, DEFAULTS.get(section, {}).get(part, "")),
                errors,
                people_url,
                units,
            )
            for part in SECTIONS[section]
        )

    def section(name: str, title: str, help_: str, add: str, refused: str = "") -> LinesView:
        lines = tuple((line.get("id", ""), fields(name, str(n), line)) for n, line in enumerate(typed.lines[name]))
        return LinesView(name, title, help_, add, lines, fields(name, "__n__", {}), refused)

    return (
        section("speeches", _("发言"), _("谁说了什么，一人一条。发言人从到会名单里选。"), _("加一条发言")),
        *_ballots(record, typed, section),
        section("resolutions", _("议定事项"), _("定下来要做的事，一件一条。到时限没办结会提醒。"), _("加一件议定事项")),
    )


def _ballots(record: MeetingRecord, typed: TypedTopic, section: Callable[..., LinesView]) -> Iterator[LinesView]:
    """表决 by heads, or by owners and square metres; lines of the other kind stay visible, so that they can be taken out."""
    view = quorum_view(record.meeting, record.kind, record.tally)
    if record.kind.counted_by == "owners" or typed.lines["owners_votes"]:
        refused = "" if record.meeting.owners.count and record.meeting.owners.area else view.sentence
        told = f"{view.sentence}{view.rule}"
        yield section("owners_votes", _("业主表决"), told, _("加一项业主表决"), refused)
    if record.kind.counted_by == "heads" or typed.lines["votes"]:
        refused = ""
        if not record.kind.may_vote:
            refused = _("%(kind)s不进行表决。", kind=_(record.kind.name))
        elif not rules.quorum_finding(record.kind, record.tally).is_met:
            refused = _("现在还不能记表决。%(why)s", why=view.sentence)
        yield section("votes", _("表决"), f"{view.sentence}{view.majority}", _("加一项表决"), refused)


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
    common: dict[str, Any] = {"name": name, "label": label, "value": value, "error": _(errors.get(name, ""))}
    if section == "owners_votes":
        return owners_form.field_of(common, part)
    if part in ("speaker", "person"):
        hint = _("从到会名单里选")
        return FieldView(widget="link", selected_label=value, choices_url=people_url, placeholder=hint, **common)
    if part == "unit":
        shown = units.get(id_, "") if (id_ := sent_id(value)) else value
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
