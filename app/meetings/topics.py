"""Topics of a meeting with what was said, voted and resolved: written together, refused together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.service import SaveRefused
from app.meetings import owners_votes, rules, timing
from app.meetings.attendance import attendees_of, changeable, settle_votes, tally_of
from app.meetings.inputs import ResolutionInput, SpeechInput, TopicInput, VoteInput
from app.meetings.lines import kept_rows, put
from app.meetings.models import Attendee, Meeting, Resolution, Topic, TopicSpeech, TopicVote

LONGEST_TEXT = 20_000


def save_topic(meeting_id: int, topic_id: int | None, given: TopicInput) -> Topic:
    """Add (topic_id None) or change a topic. Raises SaveRefused with every reason: `title`, `speeches-0-text` …"""
    with writing() as session:
        meeting = changeable(meeting_id)
        people = attendees_of(meeting.id)
        errors = _topic_errors(meeting, people, given)
        topic = session.get(Topic, topic_id) if topic_id is not None else None
        if topic_id is not None and (topic is None or topic.parent_id != meeting.id):
            errors[""] = "这个议题已不在，可能刚被删除。"
        if errors:
            raise SaveRefused(errors)
        if topic is None:
            last = session.execute(select(Topic.position).where(Topic.parent_id == meeting.id)).scalars().all()
            topic = Topic(
                parent_id=meeting.id, area_code=meeting.area_code, position=max(last, default=-1) + 1, title=""
            )
            session.add(topic)
        topic.title, topic.proposer, topic.points = given.title.strip(), given.proposer.strip(), given.points.strip()
        session.flush()
        _write_speeches(topic, people, given.speeches)
        _write_votes(topic, given.votes)
        session.flush()
        settle_votes(meeting, tally_of(people))
        owners_votes.write(topic, given.owners_votes)
        session.flush()
        owners_votes.settle(meeting)
        _write_resolutions(meeting, topic, people, given.resolutions)
    return topic


def _topic_errors(meeting: Meeting, people: list[Attendee], given: TopicInput) -> dict[str, str]:
    errors = dict(_head_errors(given))
    errors.update(_speech_errors({person.name for person in people}, given.speeches))
    count = tally_of(people)
    for number, vote in enumerate(given.votes):
        ballot = rules.Ballot(vote.in_favour, vote.against, vote.abstained)
        for sentence in rules.ballot_errors(meeting.rules_kind, count, ballot)[:1]:
            errors[f"votes-{number}-in_favour"] = sentence
    errors.update(owners_votes.errors_of(meeting, given.owners_votes))
    for number, resolution in enumerate(given.resolutions):
        for column, sentence in timing.resolution_errors(resolution.text, resolution.due_on, held_on=meeting.held_on):
            errors[f"resolutions-{number}-{column}"] = sentence
        if len(resolution.text) > 300:
            errors[f"resolutions-{number}-text"] = "一条议定事项最多 300 个字，请分成几条写。"
        if len(resolution.person) > 40:
            errors[f"resolutions-{number}-person"] = "责任人只写一个姓名，最多 40 个字。"
    return errors


def _head_errors(given: TopicInput) -> Iterator[tuple[str, str]]:
    if not given.title.strip():
        yield "title", "请写明议题。"
    elif len(given.title) > 200:
        yield "title", "议题最多 200 个字，详细内容请写在讨论要点里。"
    if len(given.proposer) > 80:
        yield "proposer", "提出人最多 80 个字。"
    if len(given.points) > LONGEST_TEXT:
        yield "points", f"讨论要点最多 {LONGEST_TEXT} 个字。"


def _speech_errors(names: set[str], speeches: Sequence[SpeechInput]) -> Iterator[tuple[str, str]]:
    for number, speech in enumerate(speeches):
        if not speech.text.strip():
            yield f"speeches-{number}-text", "请写发言内容。"
        elif len(speech.text) > LONGEST_TEXT:
            yield f"speeches-{number}-text", f"一条发言最多 {LONGEST_TEXT} 个字，请分成几条写。"
        if not speech.speaker:
            yield f"speeches-{number}-speaker", "请选发言人。"
        elif speech.speaker not in names:
            sentence = f"到会名单里没有“{speech.speaker[:20]}”，请从名单里选；列席的先在点名页登记。"
            yield f"speeches-{number}-speaker", sentence


def _write_speeches(topic: Topic, people: list[Attendee], given: Sequence[SpeechInput]) -> None:
    known = kept_rows(TopicSpeech, TopicSpeech.parent_id == topic.id, (item.id for item in given))
    by_name = {person.name: person.id for person in reversed(people)}
    for position, item in enumerate(given):
        row = known.get(item.id or 0) or TopicSpeech(
            parent_id=topic.id, area_code=topic.area_code, speaker=item.speaker, text=item.text.strip()
        )
        put(
            row,
            {"speaker": item.speaker, "attendee_id": by_name.get(item.speaker), "text": item.text.strip(),
             "position": position},
        )  # fmt: skip
        db.session.add(row)


def _write_votes(topic: Topic, given: Sequence[VoteInput]) -> None:
    known = kept_rows(TopicVote, TopicVote.parent_id == topic.id, (item.id for item in given))
    for position, item in enumerate(given):
        row = known.get(item.id or 0) or TopicVote(parent_id=topic.id, area_code=topic.area_code, matter="")
        put(
            row,
            {"matter": (item.matter.strip() or topic.title)[:200], "method": item.method, "in_favour": item.in_favour,
             "against": item.against, "abstained": item.abstained, "position": position},
        )  # fmt: skip
        db.session.add(row)


def _write_resolutions(
    meeting: Meeting, topic: Topic, people: list[Attendee], given: Sequence[ResolutionInput]
) -> None:
    live = select(Resolution).where(Resolution.topic_id == topic.id, Resolution.deleted_at.is_(None))
    rows = {row.id: row for row in db.session.execute(live).scalars()}
    for id_ in rows.keys() - {item.id for item in given}:
        rows[id_].deleted_at = utc_now()
    for position, item in enumerate(given):
        row = rows.get(item.id or 0)
        if row is None:
            row = Resolution(
                meeting_id=meeting.id, topic_id=topic.id, area_code=meeting.area_code, state_code="open", extra={}
            )
            db.session.add(row)
        register_, uid = _person(people, item.person)
        put(
            row,
            {"text": item.text.strip(), "unit_id": item.unit_id, "due_on": item.due_on, "held_on": meeting.held_on,
             "person": item.person.strip() or None, "person_register": register_, "person_uid": uid,
             "position": position},
        )  # fmt: skip
        if item.unit_id is None and row.organization_id is None:
            row.organization_id = meeting.organization_id
        elif item.unit_id is not None:
            row.organization_id = None


def _person(people: list[Attendee], name: str) -> tuple[str, str]:
    """The roster row behind a name on the list, where just one person is called so."""
    found = {(person.person_register, person.person_uid) for person in people if person.name == name.strip()}
    return next(iter(found)) if len(found) == 1 else ("", "")


def delete_topic(meeting_id: int, topic_id: int) -> None:
    """Take a topic away with all that belongs to it. Raises SaveRefused, NotPermitted."""
    with writing() as session:
        meeting = changeable(meeting_id)
        topic = session.get(Topic, topic_id)
        if topic is None or topic.parent_id != meeting.id:
            raise SaveRefused({"": "这个议题已不在，可能刚被删除。"})
        _write_speeches(topic, [], ())
        _write_votes(topic, ())
        owners_votes.write(topic, ())
        _write_resolutions(meeting, topic, [], ())
        session.flush()
        for gone in session.execute(select(Resolution).where(Resolution.topic_id == topic.id)).scalars():
            gone.topic_id = None
        session.flush()
        session.delete(topic)
