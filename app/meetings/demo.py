"""The demonstration's meetings of the last three months: attendance, votes, resolutions, one of them overdue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.fields.age import months_after
from app.lowcode import service as rows
from app.lowcode.register import register
from app.meetings import attendance, inputs, service, topics
from app.meetings.default_kinds import BRANCHES
from app.meetings.demo_texts import MATTERS, Matter
from app.meetings.kinds import kind_of
from app.meetings.models import Attendee, Meeting, Resolution
from app.meetings.owners_rules import Owners, OwnersBallot
from app.meetings.rules import LEAVE_REASONS, Tally, quorum_finding, tally
from app.meetings.sources import expected_for
from app.profiles.demo import DemoContext, Step, register_demo
from app.security.actor import SYSTEM

MOST_BRANCHES = 12
MOST_COMMUNITIES = 6
"""A demonstration is built in a minute, so that not every branch of a district holds its meetings."""
MOST_ASSEMBLIES = 2
SQUARE_METRES = 92
"""Of an invented flat, where the compound's roster gives no area."""
FEWEST = 3
AWAY_SHARE = 0.16
COUNCIL_SIZE = (15, 21)
HOURS = (("09:00", "10:10"), ("14:30", "15:40"), ("15:00", "16:20"), ("19:00", "20:10"))
OFFICES = ("街道党建办", "街道办事处", "辖区派出所", "物业服务中心")
DONE_SHARE = 0.6
"""Share of resolutions of past months that are done; those left open make the overdue list."""


def run(context: DemoContext) -> None:
    """Council members first, then what branches, committees and communities held."""
    communities = context.areas_of("community")[:MOST_COMMUNITIES]
    for area in communities:
        _council(context, area.code)
    db.session.flush()
    made: list[Resolution] = []
    for values, on in _plan(context, [area.code for area in communities]):
        made += _hold(context, values, on)
    _make_one_overdue(context, made)


def _council(context: DemoContext, code: str) -> None:
    elected = months_after(context.today.replace(day=1), -20)
    for number in range(context.rng.randint(*COUNCIL_SIZE)):
        person = context.people.person(today=context.today, youngest=30, oldest=72)
        values = {
            "name": person.name, "kind": "council", "id_number": person.id_number, "phone": person.phone, "area": code,
            "represents": f"{number + 1}幢居民" if number else "", "duty": "" if number else "召集人",
            "elected_on": elected.isoformat(), "note": person.mark,
        }  # fmt: skip
        rows.save(register("council_members"), None, values, by=SYSTEM, today=context.today)


def _plan(context: DemoContext, communities: Sequence[str]) -> Iterator[tuple[dict[str, Any], date]]:
    """Head values and day of every meeting, oldest first within each body."""
    for branch in _organizations(BRANCHES, communities, per_area=2)[:MOST_BRANCHES]:
        for ago in (2, 1, 0):
            yield from _monthly(context, branch, ago)
        yield {"kind": "branch_assembly", "organization": branch.id, "venue": "党群活动室"}, _day(context, 1, 18)
    for committee in _organizations(("committee", "general_branch"), communities, per_area=1):
        yield (
            {"kind": "committee_meeting", "organization": committee.id, "venue": "社区二楼会议室"},
            _day(context, 1, 6),
        )
        yield {"kind": "wide_committee", "organization": committee.id, "venue": "社区二楼会议室"}, _day(context, 2, 21)
    yield from _assemblies(context, communities)
    for code in communities:
        yield {"kind": "residents_council", "area": code, "venue": "居民议事厅"}, _day(context, 1, 12)
        yield {"kind": "joint_meeting", "area": code, "venue": "社区多功能厅"}, _day(context, 2, 25)
        yield {"kind": "grid_meeting", "area": code, "venue": "社区网格工作站"}, _day(context, 0, 3)
        coming = context.today + timedelta(days=5)
        yield {"kind": "residents_council", "area": code, "venue": "居民议事厅"}, coming


def _monthly(context: DemoContext, branch: Any, ago: int) -> Iterator[tuple[dict[str, Any], date]]:
    here = {"organization": branch.id, "venue": "党群活动室"}
    if context.rng.random() > 0.08:  # a few months are missed, as the yearly table must show
        yield {"kind": "theme_day", **here}, _day(context, ago, 5)
    if ago == 2 and context.rng.random() > 0.3:
        yield {"kind": "party_lecture", **here}, _day(context, ago, 20)


def _organizations(kinds: Sequence[str], communities: Sequence[str], *, per_area: int) -> list[Any]:
    model = register("party_organizations").model
    alive = select(model).where(model.kind.in_(kinds), model.deleted_at.is_(None))
    found: dict[str, list[Any]] = {code: [] for code in communities}
    for row in db.session.execute(alive.order_by(model.area_code, model.id)).scalars():
        if row.area_code[:12] in found:
            found[row.area_code[:12]].append(row)
    return [row for here in found.values() for row in here[:per_area]]


def _day(context: DemoContext, ago: int, day: int) -> date:
    """About that day of the month so many months ago, never after the last day of the history."""
    first = months_after(context.today.replace(day=1), -ago)
    wanted = first + timedelta(days=day - 1 + context.rng.randint(0, 4))
    while wanted.weekday() == 6 or (ago == 0 and wanted > context.today):
        wanted -= timedelta(days=1)
    return wanted


def _hold(context: DemoContext, head: dict[str, Any], on: date) -> list[Resolution]:
    begins, ends = context.rng.choice(HOURS)
    area = head.get("area", context.profile.top_code)
    if not _is_attended(head, area, on):
        return []
    values = {**head, "area": area, "held_on": on.isoformat(), "begins_at": begins, "ends_at": ends}
    if head["kind"] == "residents_council" and on <= context.today:
        values["published_from"] = (on + timedelta(days=2)).isoformat()
        values["published_until"] = (on + timedelta(days=8)).isoformat()
    meeting = rows.save(register("meetings"), None, values, by=SYSTEM, today=context.today)
    people = attendance.attendees_of(meeting.id)
    if on > context.today:
        return []
    _tick(context, meeting, people)
    made = [_discuss(context, meeting, people, matter) for matter in MATTERS[meeting.kind]]
    if not meeting.host:
        meeting.host = people[0].name
    meeting.recorder = next(person.name for person in people[1:] if person.status == "present")
    db.session.flush()
    is_recent = (context.today - on).days < 6
    if not is_recent and not service.obstacles(meeting, context.today):
        service.lock(meeting.id, today=context.today)
    found = [row for rows_ in made for row in rows_]
    _finish(context, meeting, found)
    return found


def _is_attended(head: dict[str, Any], area: str, on: date) -> bool:
    """Whether the rosters know at least three who should come; a body without people holds no meeting."""
    probe = SimpleNamespace(
        kind=head["kind"], organization_id=head.get("organization"), compound_id=head.get("compound"), area_code=area, held_on=on
    )  # fmt: skip
    return len(expected_for(probe)) >= FEWEST


def _tick(context: DemoContext, meeting: Meeting, people: list[Attendee]) -> None:
    marks: dict[int, tuple[str, str]] = {}
    away = _away(context, meeting, people)
    for person in people:
        if person.id not in away:
            marks[person.id] = ("present", "")
        elif context.rng.random() < 0.8:
            marks[person.id] = ("leave", context.rng.choice(LEAVE_REASONS))
        else:
            marks[person.id] = ("absent", "")
    attendance.save_marks(meeting.id, marks)
    if meeting.kind in ("committee_meeting", "wide_committee", "residents_council"):
        guest = context.people.person(today=context.today, youngest=28, oldest=55)
        attendance.add_guest(meeting.id, name=guest.name, office=context.rng.choice(OFFICES))


def _away(context: DemoContext, meeting: Meeting, people: list[Attendee]) -> set[int]:
    """Ids of those who stay away: some, but so few that the meeting can still vote."""
    away: set[int] = set()
    for person in people[2:]:
        if context.rng.random() >= AWAY_SHARE:
            continue
        there = [one for one in people if one.id not in away | {person.id}]
        count = Tally(
            due=len(people), present=len(there), voters_due=sum(one.has_vote for one in people),
            voters_present=sum(one.has_vote for one in there),
        )  # fmt: skip
        if quorum_finding(kind_of(meeting.kind), count).is_met:
            away.add(person.id)
    return away


def _discuss(context: DemoContext, meeting: Meeting, people: list[Attendee], matter: Matter) -> list[Resolution]:
    present = [person for person in people if person.status == "present"]
    speakers = context.rng.sample(present, k=min(len(matter.said), len(present)))
    said = [
        inputs.SpeechInput(person.name, text) for person, text in zip(speakers, matter.said, strict=False)
    ]  # fmt: skip
    by_owners = meeting.rules_kind.counted_by == "owners"
    votes = [inputs.VoteInput(matter.vote, *_cast(context, meeting, people))] if matter.vote and not by_owners else []
    counts = [_count_owners(context, meeting, matter)] if by_owners else []
    due = meeting.held_on + timedelta(days=context.rng.choice((14, 21, 30)))
    resolved = [
        inputs.ResolutionInput(text, due, person=context.rng.choice(present).name) for text in matter.resolved
    ]  # fmt: skip
    given = inputs.TopicInput(
        matter.title, present[0].name, speeches=said, votes=votes, owners_votes=counts, resolutions=resolved
    )
    topic = topics.save_topic(meeting.id, None, given)
    statement = select(Resolution).where(Resolution.topic_id == topic.id).order_by(Resolution.position)
    return list(db.session.execute(statement).scalars())


def _cast(context: DemoContext, meeting: Meeting, people: list[Attendee]) -> tuple[int, int, int]:
    count = tally([attendance.mark_of(person) for person in people])
    abstained = context.rng.choice((0, 0, 1)) if count.voters_present > 4 else 0
    against = 1 if meeting.kind == "residents_council" and context.rng.random() < 0.3 else 0
    return max(count.voters_present - abstained - against, 1), against, abstained


def _count_owners(context: DemoContext, meeting: Meeting, matter: Matter) -> inputs.OwnersVoteInput:
    """Four fifths took part, seven tenths of them in favour: enough for ordinary matters, not for weighty ones."""
    whole, spread = meeting.owners, context.rng.uniform(0.97, 1.03)

    def part(share: float) -> Owners:
        area = (whole.area * Decimal(str(round(share / spread, 4)))).quantize(Decimal("0.01"))
        return Owners(int(whole.count * share), area)

    return inputs.OwnersVoteInput(matter.vote, matter.owners_kind, OwnersBallot(part(0.56), part(0.18), part(0.06)))


def _assemblies(context: DemoContext, communities: Sequence[str]) -> Iterator[tuple[dict[str, Any], date]]:
    """业主大会 of the first 小区 with a 业委会 in each of some communities."""
    model = register("owners_committees").model
    seen: set[str] = set()
    for row in db.session.execute(select(model).where(model.deleted_at.is_(None)).order_by(model.id)).scalars():
        code = row.area_code[:12]
        if row.compound_id is None or code not in communities or code in seen:
            continue
        seen.add(code)
        compound = db.session.get(register("residential_compounds").model, row.compound_id)
        if compound is not None and compound.household_count:
            area = compound.floor_area or Decimal(compound.household_count * SQUARE_METRES)
            head = {
                "kind": "owners_assembly", "compound": row.compound_id, "venue": "小区活动室", "area": row.area_code,
                "owners_count": compound.household_count, "owners_area": str(area),
            }  # fmt: skip
            yield head, _day(context, 1, 22)
        if len(seen) == MOST_ASSEMBLIES:
            return


def _finish(context: DemoContext, meeting: Meeting, made: list[Resolution]) -> None:
    results = [text for matter in MATTERS[meeting.kind] for text in matter.results]
    for row, result in zip(made, results, strict=False):
        if context.rng.random() > DONE_SHARE or row.due_on is None:
            continue
        done_on = min(row.due_on - timedelta(days=context.rng.randint(-2, 6)), context.today)
        if done_on > meeting.held_on:
            service.finish(row.id, done_on=done_on, receipt=result, today=context.today)


def _make_one_overdue(context: DemoContext, made: list[Resolution]) -> None:
    """Some resolution is late in every demonstration, whatever the random numbers gave."""
    is_open = [row for row in made if row.state_code == "open" and row.due_on is not None]
    if is_open and not any(row.due_on < context.today for row in is_open):  # type: ignore[operator]
        is_open[0].due_on = max(context.today - timedelta(days=5), is_open[0].held_on or context.today)
        db.session.flush()


def install_demo() -> None:
    """Make the step known."""
    register_demo(Step("meetings", 210, run))
