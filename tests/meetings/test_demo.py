"""The demonstration's meetings can be held: who is away leaves a quorum."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from app.meetings import attendance, demo


@pytest.mark.parametrize(("voters", "may_be_away"), [((0, 4), False), ((0, 1, 2, 3, 4, 5, 6), True)])
def test_a_voter_of_a_small_body_is_never_away(
    voters: tuple[int, ...], may_be_away: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticked: dict[int, Any] = {}
    monkeypatch.setattr(attendance, "save_marks", lambda _meeting, marks: ticked.update(marks))
    people: list[Any] = [SimpleNamespace(id=number, has_vote=number in voters) for number in range(7)]
    unlucky = SimpleNamespace(random=lambda: 0.0, choice=lambda options: options[0])
    context: Any = SimpleNamespace(rng=unlucky)
    meeting: Any = SimpleNamespace(id=1, kind="branch_assembly")
    demo._tick(context, meeting, people)
    away = {number for number, (status, _reason) in ticked.items() if status != "present"}
    assert away, "somebody should be away, or the demonstration shows nothing"
    assert bool(away & set(voters)) is may_be_away
