"""Rules of 剔除: what an application must say, and in which states it stands. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

REPEATED: Final = "repeated"
DRAFT, SUBMITTED, APPROVED = "draft", "submitted", "approved"
STANDING: Final = (DRAFT, SUBMITTED, APPROVED)
"""States of an application that keep another one for the same event away."""
DECISIONS: Final = ("approve", "refuse")
"""Actions that decide, of the flow event_exclusion."""
FIXED: Final = ("event", "reason", "earlier", "claim")
"""Columns that stand as they were submitted."""
SHORTEST: Final = 8
"""Characters that say at least something."""


def check_exclusion(values: Mapping[str, Any], _today: date) -> Iterator[tuple[str, str]]:
    """A repeated one names the earlier one, and everyone says why."""
    if values.get("reason") == REPEATED and not values.get("earlier"):
        yield "earlier", "重复诉求要写明重复的是哪一件，请填先前那一件的工单号。"
    if values.get("earlier") and values.get("earlier") == values.get("event"):
        yield "earlier", "不能和自己重复，请填先前那一件。"
    if values.get("claim") and len(str(values["claim"]).strip()) < SHORTEST:
        yield "claim", "请写清依据，例如哪天怎么答复过、为什么不合理。"
