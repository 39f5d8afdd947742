"""Photos and places are asked for where a profile says why, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from app.lowcode.flow.evidence import with_evidence
from app.lowcode.flow.reading import FlowRefused
from app.lowcode.flow.shipped import read_shipped
from app.profiles.files import known_keys, read_file

EVENT_FLOWS = ("closed_loop_eight_steps", "event_three_steps", "event_upstream_tickets")


@pytest.mark.parametrize("key", EVENT_FLOWS)
def test_a_shipped_flow_of_events_asks_for_no_photo(key: str) -> None:
    assert not any(action.photos for action in read_shipped(key).actions)


@pytest.mark.parametrize("profile", known_keys())
def test_only_fengqiao_asks_for_photos_before_and_after(profile: str) -> None:
    needed = read_file(profile).profile.needed_evidence
    flow = with_evidence(read_shipped("closed_loop_eight_steps"), needed)
    asked = {action.key: [need.name for need in action.photos] for action in flow.actions if action.photos}
    assert asked == ({"handle": ["处置前", "处置后"], "self_handle": ["处置后"]} if profile == "fengqiao" else {})
    assert all(need.reason for action in flow.actions for need in action.photos)


def test_a_place_is_asked_in_words() -> None:
    entry = {"flow": "event_three_steps", "action": "handle", "place": True, "reason": "拆除要写明在哪里"}
    (place,) = (each for each in with_evidence(read_shipped("event_three_steps"), [entry]).action("handle").fields if each.name == "place")  # fmt: skip
    assert (place.label, place.kind, place.is_required) == ("地点", "text", True)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"action": "fly"}, "没有动作"), ({"reason": " "}, "为什么必须"), ({"photos": []}, "没有写要什么"), ({"gps": 1}, "写法不对")],
)  # fmt: skip
def test_what_a_profile_may_not_ask(change: dict[str, Any], words: str) -> None:
    entry = {"flow": "event_three_steps", "action": "handle", "photos": ["现场"], "reason": "要看"} | change
    with pytest.raises(FlowRefused, match=words):
        with_evidence(read_shipped("event_three_steps"), [entry])
