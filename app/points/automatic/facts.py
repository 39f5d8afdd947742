"""Which facts bring points, which propose a deduction, and which take them back: the subscriptions of points to what happens in other rooms."""

from __future__ import annotations

from typing import Any

from app.facts.subscriptions import subscribe
from app.points.automatic.service import award_for_fact, take_back_for_fact
from app.points.proposing.rules import EVENT_OVERDUE, RESOLUTION_OVERDUE
from app.points.proposing.service import propose_for_fact, withdraw_for_fact

RESOLUTION_DONE, TRAINING_ATTENDED, VISIT_DONE = "resolution_done", "training_attended", "visit_done"
NEED_SOLVED, PROJECT_ACCEPTED, ROSTER_ACCURATE = "need_solved", "project_accepted", "roster_accurate"
EVENT_FACTS = ("event_reported", "event_handled", "event_on_time")
"""Of the code list points_fact: what a rule may be given by itself for."""


def award_for_resolution(fact: Any) -> None:
    """A resolution was carried out by the grid worker responsible for it: points in time, a proposal when late."""
    if fact.details.get("is_late"):
        propose_for_fact(fact, RESOLUTION_OVERDUE)
    else:
        award_for_fact(fact, RESOLUTION_DONE)


def take_back_for_resolution(fact: Any) -> None:
    """The tick was taken back."""
    take_back_for_fact(fact, RESOLUTION_DONE, reason="这件事重新改为办理中，原来自动记的分冲正")
    withdraw_for_fact(fact, RESOLUTION_OVERDUE, reason="这件事重新改为办理中，办结时再看是否超期")


def award_for_training(fact: Any) -> None:
    """A grid worker was at a training whose minutes are final."""
    award_for_fact(fact, TRAINING_ATTENDED)


def take_back_for_training(fact: Any) -> None:
    """The minutes were opened again; who was there counts once they are final again."""
    take_back_for_fact(fact, TRAINING_ATTENDED, reason="会议记录重新打开，原来自动记的分冲正，定稿后重记")


def award_for_visit(fact: Any) -> None:
    """A household was visited by a grid worker."""
    award_for_fact(fact, VISIT_DONE)


def take_back_for_visit(fact: Any) -> None:
    """The visit was written down by mistake."""
    take_back_for_fact(fact, VISIT_DONE, reason="这条走访记录已删除，原来自动记的分冲正")


def award_for_need(fact: Any) -> None:
    """A need of residents was solved in a grid with one grid worker."""
    award_for_fact(fact, NEED_SOLVED)


def take_back_for_need(fact: Any) -> None:
    """It is not solved any more, was deleted, or lies in another grid."""
    take_back_for_fact(fact, NEED_SOLVED, reason="这项需求改为没有办结，或换了网格，原来自动记的分冲正")


def award_for_project(fact: Any) -> None:
    """A project whose 责任人 is a grid worker was accepted."""
    award_for_fact(fact, PROJECT_ACCEPTED)


def take_back_for_project(fact: Any) -> None:
    """It was sent back after all, deleted, or somebody else answers for it."""
    take_back_for_fact(fact, PROJECT_ACCEPTED, reason="这个项目改为没有验收合格，或换了责任人，原来自动记的分冲正")


def award_for_roster(fact: Any) -> None:
    """A roster of his grid proved right when somebody else looked at a sample."""
    award_for_fact(fact, ROSTER_ACCURATE)


def take_back_for_roster(fact: Any) -> None:
    """A mistake was found after all, the check was deleted, or another worker had made it."""
    take_back_for_fact(fact, ROSTER_ACCURATE, reason="这次名册核对改为抽查有误、删除或换了核对人，原来自动记的分冲正")


def award_for_event(fact: Any) -> None:
    """A grid worker reported an event, handled it, or did so in time."""
    award_for_fact(fact, fact.kind)


def propose_for_event(fact: Any) -> None:
    """A grid worker handled an event too late; whether that costs points a person says."""
    propose_for_fact(fact, EVENT_OVERDUE)


def take_back_for_event(fact: Any) -> None:
    """The event was opened again: whether it was in time is seen when it is closed."""
    take_back_for_fact(fact, "event_on_time", reason="这件事重新打开，原来按期办结的分冲正，再办结时重记")
    withdraw_for_fact(fact, EVENT_OVERDUE, reason="这件事重新打开，办结时再看是否超期")


def subscribe_to_facts() -> None:
    """Hear of what happens in the rooms above; again changes nothing."""
    subscribe("resolution_done", "points.award", award_for_resolution)
    subscribe("resolution_reopened", "points.take_back", take_back_for_resolution)
    subscribe("training_attended", "points.award_training", award_for_training)
    subscribe("visit_done", "points.award_visit", award_for_visit)
    subscribe("visit_removed", "points.take_back_visit", take_back_for_visit)
    subscribe("meeting_reopened", "points.take_back_training", take_back_for_training)
    subscribe("need_solved", "points.award_need", award_for_need)
    subscribe("need_unsolved", "points.take_back_need", take_back_for_need)
    subscribe("project_accepted", "points.award_project", award_for_project)
    subscribe("project_unaccepted", "points.take_back_project", take_back_for_project)
    subscribe("roster_accurate", "points.award_roster", award_for_roster)
    subscribe("roster_inaccurate", "points.take_back_roster", take_back_for_roster)
    for kind in EVENT_FACTS:
        subscribe(kind, "points.award_event", award_for_event)
    subscribe("event_overdue", "points.propose_event", propose_for_event)
    subscribe("event_reopened", "points.take_back_event", take_back_for_event)
