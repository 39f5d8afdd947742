"""Photos and places a district's profile asks for with a step, and why: shipped flows ask for none themselves
(国办函〔2026〕12号: what a step does not need may not be demanded)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.lowcode.flow.reading import FlowRefused
from app.lowcode.flow.rules import Action, Flow, FormField, PhotoNeed

KEYS = frozenset({"flow", "action", "photos", "place", "reason"})
PLACE = "place"
"""Name of the field in which the place is written down, in words: no position is taken, no track is kept."""
LONGEST_REASON = 100


def with_evidence(flow: Flow, needed: Iterable[Mapping[str, Any]]) -> Flow:
    """The flow with what the entries {flow, action, photos, place, reason} of a profile ask for.

    Raises FlowRefused for an entry that names no action of the flow, asks for nothing, or gives no reason.
    """
    entries = {str(entry.get("action")): entry for entry in needed if entry.get("flow") == flow.key}
    known = {action.key for action in flow.actions}
    for key, entry in entries.items():
        if key not in known or set(entry) - KEYS:
            raise FlowRefused(f"needed_evidence：流程“{flow.name}”没有动作“{key[:40]}”，或有一项写法不对。")
        if not entry.get("photos") and entry.get("place") is not True:
            raise FlowRefused(f"needed_evidence：“{key}”没有写要什么，photos 写照片名称，place 写 true。")
        if not 0 < len(str(entry.get("reason") or "").strip()) <= LONGEST_REASON:
            raise FlowRefused(f"needed_evidence：“{key}”要写明为什么必须，最多 {LONGEST_REASON} 个字。")
    return replace(flow, actions=tuple(_asking(each, entries.get(each.key)) for each in flow.actions))


def _asking(action: Action, entry: Mapping[str, Any] | None) -> Action:
    if entry is None:
        return action
    reason = str(entry["reason"]).strip()
    photos = tuple(PhotoNeed(str(name), 1, reason) for name in entry.get("photos") or ())
    place = (FormField(PLACE, "地点", is_required=True),) if entry.get("place") is True else ()
    return replace(action, photos=(*action.photos, *photos), fields=(*action.fields, *place))
