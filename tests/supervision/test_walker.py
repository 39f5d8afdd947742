"""A random walk over the ledger on real databases: everybody tries every step and every letter, the program sweeps between.

Whatever is tried, DOMAIN 3.6 holds: a supervision is signed by a named leader, one after the other and never back; the
program proposes and refers nobody; a matter closes only when somebody else accepts what was reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import local
from app.extensions import db
from app.letters.models import Letter
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.models import FlowCase, FlowStep
from app.lowcode.flow.queries import Running, running
from app.lowcode.flow.rules import Action, FormField
from app.lowcode.flow.service import CaseMoved, Sent, StepRefused
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.security import audit
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.supervision import rules, signing
from app.supervision.models import ITEMS, SupervisionBatch, SupervisionItem
from app.supervision.signing import Signed
from tests.supervision import world
from tests.supervision.world import NOW, PEOPLE, SHEET, UNITS, fresh, matter, person, sweep

HELD = {name: role for name, role, _area in PEOPLE} | {name: "department" for name, _area in UNITS}
"""Person → role."""
EVERYBODY = tuple(HELD)
SIGNERS = ("head", "leader", "watch")
"""Who may sign himself."""
MOVES = 60


@dataclass
class Walk:
    """One walk over a few matters."""

    rng: Random
    items: list[SupervisionItem]
    now: datetime = NOW
    taken: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    levels: dict[int, int] = field(default_factory=dict)

    def at(self, row: SupervisionItem) -> Running:
        with acting_as(SYSTEM):
            found = running(register(ITEMS), fresh(row), self.now)
        assert found is not None
        return found

    def seen(self) -> list[tuple[str, int, int]]:
        return [(self.at(row).case.state, fresh(row).level, self.at(row).version) for row in self.items]

    def move(self) -> None:
        """One attempt by somebody, or the program's own."""
        self.now += timedelta(minutes=self.rng.choice((5, 200, 1500, 3000)))
        choice = self.rng.random()
        if choice < 0.2:
            self._sweep()
        elif choice < 0.35:
            self._try(self._letter)
        else:
            self._try(self._step)
        for row in self.items:
            level = fresh(row).level
            assert 0 <= level - self.levels.get(row.id, 0) <= 1, "levels rise one by one and never fall"
            self.levels[row.id] = level

    def _sweep(self) -> None:
        levels = [fresh(row).level for row in self.items]
        sweep(self.now)
        assert sweep(self.now) == 0, "a second machine finds nothing to do"
        assert [fresh(row).level for row in self.items] == levels, "the program signs nothing"

    def _try(self, attempt: Callable[[], str]) -> None:
        before = self.seen()
        try:
            key = attempt()
        except (StepRefused, SaveRefused, NotPermitted, CaseMoved) as refusal:
            words = list(getattr(refusal, "errors", {}).values()) or [str(refusal)]
            assert all(len(text) > 4 for text in words), words
            assert self.seen() == before, "what is refused changes nothing"
            self.refused += 1
            return
        self.taken[key] += 1

    def _somebody(self, roles: Collection[str]) -> str:
        """Mostly somebody in such a post, else anybody."""
        fitting = [name for name, role in HELD.items() if role in roles]
        return self.rng.choice(fitting if fitting and self.rng.random() < 0.6 else EVERYBODY)

    def _step(self) -> str:
        row = self.rng.choice(self.items)
        at = self.at(row)
        near = at.flow.actions_from(at.case.state)
        action = self.rng.choice(near if near and self.rng.random() < 0.85 else at.flow.actions)
        who = self._somebody(action.roles)
        photos = (SHEET,) if action.photos and self.rng.random() > 0.2 else ()
        sent = Sent(
            at.version, {each.name: self._value(each) for each in action.fields}, self.rng.choice(("已核", "")), photos
        )
        with acting_as(person(who)):
            step = flow_service.act(register(ITEMS), row, action.key, sent, by=person(who), now=self.now)
        self._may(who, at, action, step)
        return action.key

    def _value(self, each: FormField) -> str:
        if each.kind == "date":
            return self.rng.choice((local(self.now).date().isoformat(), "哪天"))
        return self.rng.choice(("leader同志", "leader同志", "head同志", "office同志"))

    def _may(self, who: str, at: Running, action: Action, step: FlowStep) -> None:
        assert at.case.state in action.froms, "no step is skipped"
        if action.key in rules.ISSUES:
            assert who in SIGNERS
        if action.key in rules.RECORDS:
            assert step.files, "recorded only with the sheet"
        if action.key == "refer":
            assert who == "watch"
        if action.key == "accept":
            assert person(who).user_id not in at.case.handler_ids, "nobody accepts what he reported"

    def _letter(self) -> str:
        """Draft a letter about some matters, or sign one that is drafted."""
        who = self._somebody(("street_office", "street_leader", "inspector"))
        with acting_as(SYSTEM):
            drafts = db.session.execute(select(SupervisionBatch.id).where(SupervisionBatch.state == "draft")).scalars()
            batch = next(iter(drafts), None)
        if batch is None:
            chosen = self.rng.sample(self.items, self.rng.randint(1, 2))
            signing.draft([row.id for row in chosen], by=person(who), now=self.now)
            return "draft"
        if self.rng.random() < 0.2:
            signing.withdraw(batch, by=person(who))
            return "withdraw"
        signing.sign(batch, Signed(local(self.now).date()), by=person(who), now=self.now)
        assert who in SIGNERS
        return "sign"


def steps_of(row: SupervisionItem) -> list[FlowStep]:
    with acting_as(SYSTEM):
        case = select(FlowCase.id).where(FlowCase.register == ITEMS, FlowCase.row_id == row.id)
        found = select(FlowStep).where(FlowStep.case_id.in_(case)).order_by(FlowStep.seq)
        return list(db.session.execute(found).scalars())


def holds(walk: Walk, row: SupervisionItem) -> None:
    """What must be true of a matter after any walk."""
    now, at, taken = fresh(row), walk.at(row), steps_of(row)
    assert [step.seq for step in taken] == list(range(1, len(taken) + 1))
    assert all(later.from_state == earlier.to_state for earlier, later in pairwise(taken))
    signed = [level for step in taken if (level := rules.signed_level(step.action))]
    assert signed == list(range(1, now.level + 1)), "each supervision once, in turn"
    assert all(step.by_id is not None for step in taken if rules.signed_level(step.action) or step.action == "refer")
    assert (now.closed_on is not None) == at.flow.state(at.case.state).is_end
    if at.case.state == "closed":
        assert taken[-1].action == "accept"
        assert any(step.action.startswith("reply_") for step in taken)


def letters_hold(walk: Walk) -> None:
    """Every signed supervision went out by a numbered letter of a named leader, and nothing else did."""
    with acting_as(SYSTEM):
        letters = (
            db.session.execute(select(Letter).where(Letter.deleted_at.is_(None)).order_by(Letter.id)).scalars().all()
        )
    numbers = [letter.number for letter in letters if letter.number]
    assert len(set(numbers)) == len(numbers)
    assert all(letter.signatory in ("head同志", "leader同志", "watch同志") for letter in letters if letter.number)
    signed = sum(fresh(row).level for row in walk.items)
    assert bool(signed) == bool(numbers)
    assert len(numbers) <= signed


def walk_once(app: Flask, seed: int, moves: int) -> Walk:
    with app.app_context():
        world.build()
        rows = [matter(), matter(name="占道堆物", unit=""), matter(name="管线漏水", unit="bureau单位"),
                matter(name="还没到期", due_on="2026-12-02")]  # fmt: skip
        walk = Walk(Random(seed), rows)
        for _move in range(moves):
            walk.move()
        for row in rows:
            holds(walk, row)
        letters_hold(walk)
        with acting_as(SYSTEM):
            assert audit.verify() == []
    return walk


@pytest.mark.parametrize("seed", [1, 2])
def test_no_walk_breaks_an_invariant(app: Flask, seed: int) -> None:
    walk = walk_once(app, seed, MOVES)
    assert sum(walk.taken.values()) > 3, walk.taken
    assert walk.refused > 5


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3, 23))
def test_many_long_walks_break_none(app: Flask, seed: int) -> None:
    walk = walk_once(app, seed, 4 * MOVES)
    assert walk.refused > 5
