"""One topic as it was typed, read into values: speeches, ballots, counts of owners, resolutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.meetings.owners_rules import OwnersBallot


@dataclass(frozen=True, slots=True)
class SpeechInput:
    """One speech as it was typed; `speaker` is the name of somebody on the list."""

    speaker: str
    text: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class VoteInput:
    """One ballot as it was typed."""

    matter: str
    in_favour: int
    against: int
    abstained: int
    method: str = "hands"
    id: int | None = None


@dataclass(frozen=True, slots=True)
class OwnersVoteInput:
    """One count of a 业主大会 as it was typed."""

    matter: str
    matter_kind: str
    ballot: OwnersBallot
    method: str = "written"
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ResolutionInput:
    """One 议定事项 as it was typed. `unit_id` None means that the meeting's own body sees to it."""

    text: str
    due_on: date | None
    unit_id: int | None = None
    person: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class TopicInput:
    """One topic with all that belongs to it; rows that are left out are taken away."""

    title: str
    proposer: str = ""
    points: str = ""
    speeches: Sequence[SpeechInput] = field(default_factory=tuple)
    votes: Sequence[VoteInput] = field(default_factory=tuple)
    owners_votes: Sequence[OwnersVoteInput] = field(default_factory=tuple)
    resolutions: Sequence[ResolutionInput] = field(default_factory=tuple)
