"""Counts of 业主大会: written with their topic, worked out anew when the meeting's owners change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.extensions import db
from app.fields.sentence import Sentence
from app.meetings import owners_rules
from app.meetings.inputs import OwnersVoteInput
from app.meetings.lines import kept_rows, put
from app.meetings.models import Meeting, OwnersVote, Topic
from app.meetings.rules import about_vote

ELSEWHERE = "业主的人数和面积只能记在业主大会里，这次会议不是业主大会。"


def owners_votes_of(meeting_id: int) -> list[OwnersVote]:
    """All counts of a meeting in the order of its topics."""
    statement = select(OwnersVote).join(Topic, Topic.id == OwnersVote.parent_id).where(Topic.parent_id == meeting_id)
    ordered = statement.order_by(Topic.position, Topic.id, OwnersVote.position, OwnersVote.id)
    return list(db.session.execute(ordered).scalars())


def errors_of(meeting: Meeting, given: Sequence[OwnersVoteInput]) -> Iterator[tuple[str, str]]:
    """Why counts cannot stand: (`owners_votes-0-in_favour`, sentence); the first reason of each field."""
    for number, vote in enumerate(given):
        if meeting.rules_kind.counted_by != "owners":
            yield f"owners_votes-{number}-in_favour", Sentence(ELSEWHERE)
            continue
        found: dict[str, str] = {}
        for part, sentence in owners_rules.ballot_errors(meeting.owners, vote.ballot):
            found.setdefault(f"owners_votes-{number}-{part}", sentence)
        yield from found.items()


def write(topic: Topic, given: Sequence[OwnersVoteInput]) -> None:
    """Bring the counts of a topic to what was typed, inside the caller's `writing()`."""
    known = kept_rows(OwnersVote, OwnersVote.parent_id == topic.id, (item.id for item in given))
    for position, item in enumerate(given):
        row = known.get(item.id or 0) or OwnersVote(parent_id=topic.id, area_code=topic.area_code, matter="")
        ballot = item.ballot
        put(
            row,
            {"matter": (item.matter.strip() or topic.title)[:200], "method": item.method, "position": position,
             "matter_kind": owners_rules.matter_of(item.matter_kind).key,
             "in_favour": ballot.in_favour.count, "in_favour_area": ballot.in_favour.area,
             "against": ballot.against.count, "against_area": ballot.against.area,
             "abstained": ballot.abstained.count, "abstained_area": ballot.abstained.area},
        )  # fmt: skip
        db.session.add(row)


def settle(meeting: Meeting) -> None:
    """Work out anew whether each matter is carried, since the count or the owners changed."""
    whole = meeting.owners
    for vote in owners_votes_of(meeting.id):
        result = owners_rules.outcome(owners_rules.matter_of(vote.matter_kind), whole, vote.ballot)
        put(vote, {"owners_count": whole.count, "owners_area": whole.area, "is_passed": result.is_met})


def obstacles_of(meeting: Meeting) -> list[str]:
    """Counts that keep the minutes from being final, in words."""
    found: list[str] = []
    for vote in owners_votes_of(meeting.id):
        if meeting.rules_kind.counted_by != "owners":
            found.append(about_vote(vote.matter, Sentence(ELSEWHERE)))
        else:
            sentences = dict.fromkeys(why for _part, why in owners_rules.ballot_errors(meeting.owners, vote.ballot))
            found += [about_vote(vote.matter, sentence) for sentence in sentences]
    return found
