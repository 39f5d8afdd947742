"""Which facts bring points and which take them back: the subscriptions of points to what happens in other rooms."""

from __future__ import annotations

from typing import Any

from app.facts.subscriptions import subscribe
from app.points.automatic.service import award_for_fact, take_back_for_fact

RESOLUTION_DONE, TRAINING_ATTENDED, VISIT_DONE = "resolution_done", "training_attended", "visit_done"
"""Of the code list points_fact: what a rule may be given by itself for."""


def award_for_resolution(fact: Any) -> None:
    """A resolution was carried out in time: the grid worker responsible for it."""
    if not fact.details.get("is_late"):
        award_for_fact(fact, RESOLUTION_DONE)


def take_back_for_resolution(fact: Any) -> None:
    """The tick was taken back."""
    take_back_for_fact(fact, RESOLUTION_DONE, reason="这件事重新改为办理中，原来自动记的分冲正")


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


def subscribe_to_facts() -> None:
    """Hear of what happens in the rooms above; again changes nothing."""
    subscribe("resolution_done", "points.award", award_for_resolution)
    subscribe("resolution_reopened", "points.take_back", take_back_for_resolution)
    subscribe("training_attended", "points.award_training", award_for_training)
    subscribe("visit_done", "points.award_visit", award_for_visit)
    subscribe("visit_removed", "points.take_back_visit", take_back_for_visit)
    subscribe("meeting_reopened", "points.take_back_training", take_back_for_training)
