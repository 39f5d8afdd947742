"""Random histories of a ledger: awards, counter-entries, checks, 公示, disputes, new versions of the book, 定稿, reopening."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.files.service import attach
from app.periods import service as periods
from app.periods.queries import MonthIsClosed, state_of
from app.periods.rules import FINAL, Period
from app.periods.service import CannotClose
from app.points import rule_queries, service
from app.points.books import service as books
from app.points.books.models import PointsBook
from app.points.books.queries import book_in_force
from app.points.books.rules import Book, BookRefused, BookRule, Grade, Group, Step, Terms
from app.points.checking import service as checking
from app.points.disputes import queries as shown
from app.points.disputes import service as disputes
from app.points.models import PointsEntry
from app.points.rules import Matter, PointsRefused
from app.points.steps.models import PointsWaiting
from app.report_center.months import service as months
from app.security.actor import SYSTEM, acting_as
from app.security.models import Account
from tests.points.world import build, worker
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, STREET, TODAY, add_user

BEGIN = date(2026, 6, 1)
COMMUNITIES = (HOME, NEXT_DOOR)
REFUSALS = (PointsRefused, MonthIsClosed, CannotClose, BookRefused)
SHEET = months.SignedSheet("申请单.txt", "同意重新打开".encode())
BOOK = Book(
    key="random", name="随机细则", valid_from=date(2026, 1, 1), basis="街发〔2026〕3号", base=Decimal(100),
    groups=(
        Group(name="日常", rules=(
            BookRule(code="B01", name="走访解决问题", value=Decimal("1.5"), checker="other"),
            BookRule(code="B02", name="代办", value=Decimal("0.5"), measure="per_unit", unit="件", cap_month=Decimal(4)),
            BookRule(code="D01", name="超时", value=Decimal(-2), cap_month=Decimal(6)),
            BookRule(code="S01", name="采集完整", value=Decimal(5), measure="steps", unit="%", otherwise=Decimal(0),
                     steps=(Step(Decimal(95), Decimal(5)), Step(Decimal(90), Decimal(3)))),
        )),
        Group(name="附加", cap=Decimal(6), is_bonus=True, rules=(
            BookRule(code="X01", name="采用", value=Decimal(4), cap_year=Decimal(20)),
        )),
    ),
    grades=(Grade(name="优秀", at_least=Decimal(104), quota=Decimal(40)), Grade(name="合格", at_least=Decimal(98)),
            Grade(name="不合格", below=Decimal(97))),
    terms=Terms(is_ranked=True, ranking_basis="街发〔2026〕3号", notice_days=2, dispute_days=2, decide_days=3),
)  # fmt: skip


class History:
    """One history, the same for the same seed. `done` counts what was not refused."""

    def __init__(self, seed: int) -> None:
        self.rng, self.today, self.done = random.Random(seed), BEGIN, Counter[str]()
        world = build()
        self.workers = [world.worker, world.other, worker("邻小格", NEXT_GRID)]
        self.recorder, self.street = world.street, add_user("jiedao2", "street_office", STREET)
        self.center = add_user("zhongxin", "grid_center", STREET)
        self.own = add_user("xiaohe", "grid_worker", GRID)
        with acting_as(SYSTEM), writing() as session:
            account = session.get(Account, self.own.user_id)
            assert account is not None
            account.person_uid = world.worker.uid
        self._publish(BOOK, BOOK.valid_from)

    def run(self, steps: int) -> None:
        """So many steps, each of which may be refused; afterwards no transaction is open.

        Between them, at moments of the history's own, stands what chance alone may leave out: a dispute upheld and one
        rejected, a new version in the middle of a year, a month made final and opened again.
        """
        certain = (self.upheld, self.renewed, self.rejected, self.closed, self.opened)
        moments = sorted(self.rng.sample(range(steps // 4, steps), len(certain)))
        deeds: list[tuple[int, Callable[[], bool]]] = [
            (40, self.award), (10, self.reverse), (14, self.check), (6, self.send_back), (8, self.show),
            (10, self.dispute), (8, self.decide), (4, self.new_version), (8, self.finalise), (4, self.reopen),
        ]  # fmt: skip
        for number in range(steps):
            if self.today < TODAY:
                self.today = min(TODAY, self.today + timedelta(self.rng.choice((0, 0, 1, 1, 2, 3))))
            if number in moments:
                with acting_as(SYSTEM):
                    certain[moments.index(number)]()
            (deed,) = self.rng.choices([deed for _weight, deed in deeds], [weight for weight, _deed in deeds])
            try:
                with acting_as(SYSTEM):
                    self.done[deed.__name__] += deed()
            except REFUSALS:
                self.done["refused"] += 1

    def award(self) -> bool:
        who, on = self.rng.choice(self.workers), self.today - timedelta(self.rng.choice((0, 1, 3, 20, 40)))
        rule = self.rng.choice(rule_queries.rules_in_force(GRID, on))
        measured = {"B02": Decimal(self.rng.randint(1, 6)), "S01": Decimal(self.rng.randint(80, 100))}.get(rule.code)
        matter = Matter.in_words(f"第{self.rng.randint(0, 40)}件", on=on)
        service.award(rule, who, matter=matter, on=on, by=self.recorder, today=self.today, measured=measured)
        return True

    def reverse(self) -> bool:
        entry = self._any_entry()
        return entry is not None and bool(
            service.reverse(entry, reason="核对后冲正", by=self.recorder, today=self.today)
        )

    def check(self) -> bool:
        """Whatever waits is confirmed together, so that a 公示 can begin."""
        return bool(checking.verify(self._waiting(), by=self.street, today=self.today))

    def send_back(self) -> bool:
        waiting = self._waiting()
        return bool(waiting) and bool(
            checking.send_back(self.rng.choice(waiting), reason="没有照片", by=self.street, today=self.today)
        )

    def show(self) -> bool:
        return bool(disputes.show(self._community(), self._last_month(), by=self.street, today=self.today))

    def dispute(self) -> bool:
        own = [entry for entry in self._entries() if entry.worker_uid == self.workers[0].uid][-12:]
        return bool(own) and bool(
            disputes.dispute(self.rng.choice(own), reason="这一条与事实不符", by=self.own, today=self.today)
        )

    def decide(self) -> bool:
        waiting = shown.disputes_in(HOME, is_open=True)
        if not waiting:
            return False
        of, reason = self.rng.choice(waiting), {"reason": "查过原始记录", "by": self.center, "today": self.today}
        if self.rng.random() < 0.3:
            return bool(disputes.reject(of, **reason))
        better = {rule.code: rule for rule in rule_queries.rules_in_force(GRID, self.today)}.get("B02")
        by_rule = {} if self.rng.random() < 0.5 else {"rule": better, "measured": Decimal(2)}
        return bool(disputes.uphold(of, **reason, **by_rule))

    def upheld(self) -> None:
        """A dispute is upheld: the counter-entry follows, and half the time a new entry by another rule."""
        of, why = self._dispute_surely(), {"reason": "查过原始记录", "by": self.center, "today": self.today}
        in_force = rule_queries.rules_in_force(GRID, self._last_month().last)
        better = next(rule for rule in in_force if rule.code == "B02")
        by_rule = {"rule": better, "measured": Decimal(2)} if self.rng.random() < 0.5 else {}
        step = disputes.uphold(of, **why, **by_rule)
        assert step.counter_id is not None
        assert (step.made_id is not None) == bool(by_rule)
        self.done["upheld"] += 1

    def rejected(self) -> None:
        """A dispute is rejected: the entry stands."""
        of = self._dispute_surely()
        step = disputes.reject(of, reason="查过原始记录", by=self.center, today=self.today)
        assert (step.counter_id, step.made_id) == (None, None)
        self.done["rejected"] += 1

    def _dispute_surely(self) -> shown.Dispute:
        """A new entry of last month, checked, on show, and disputed by its worker."""
        month = self._last_month()
        self._settle(month)
        rule = next(rule for rule in rule_queries.rules_in_force(GRID, month.last) if rule.code == "B01")
        matter = Matter.in_words(f"有争议的第{self.done['dispute']}件", on=month.last)
        made = service.award(
            rule, self.workers[0], matter=matter, on=month.last, by=self.recorder, today=self.today
        ).entry
        checking.verify([made], by=self.street, today=self.today)
        disputes.show(HOME, month, by=self.street, today=self.today)
        disputes.dispute(made, reason="这一条与事实不符", by=self.own, today=self.today)
        self.done["dispute"] += 1
        return next(each for each in shown.disputes_in(HOME, is_open=True) if each.entry_id == made.id)

    def _settle(self, month: Period) -> None:
        """Nothing of a month waits in HOME any more, and the month is open."""
        if state_of(HOME, month).state == FINAL:
            months.reopen(HOME, month, reason="核对有误要更正", sheet=SHEET)
            self.done["reopen"] += 1
        waiting = [entry for entry in self._waiting() if entry.area_code.startswith(HOME)]
        if waiting:
            checking.verify(waiting, by=self.street, today=self.today)
        for each in shown.disputes_in(HOME, is_open=True):
            disputes.reject(each, reason="查过原始记录", by=self.center, today=self.today)

    def renewed(self) -> None:
        """A new version of the book begins in the middle of the year."""
        self.done["new_version"] += self.new_version()

    def closed(self) -> None:
        """A month is made final, after its list was on show for as long as it must be."""
        month = self._last_month()
        if state_of(HOME, month).state != FINAL:
            self._settle(month)
            with suppress(PointsRefused):  # the list on show may still stand as it is
                disputes.show(HOME, month, by=self.street, today=self.today)
            step = shown.last_show(HOME, month)
            assert step is None or step.due_on is not None
            self.today = max(self.today, step.due_on + timedelta(1)) if step is not None else self.today
            with self._only_points():
                months.finalise(HOME, month, today=self.today)
        self.done["finalise"] += 1

    def opened(self) -> None:
        """The last final month is opened again with its signed sheet."""
        if not self.reopen():
            self.closed()
            assert self.reopen()
        self.done["reopen"] += 1

    def new_version(self) -> bool:
        book = book_in_force(STREET, self.today)
        assert book is not None
        daily, bonus = book.groups
        values = [replace(rule, value=rule.value * self.rng.choice((1, 2))) for rule in BOOK.groups[0].rules[:3]]
        changed = replace(book, groups=(replace(daily, rules=(*values, *daily.rules[3:])), bonus))
        on = self.today + timedelta(1)
        self._publish(changed, on)
        self.today = on
        return True

    def finalise(self) -> bool:
        with self._only_points():
            return bool(months.finalise(self._community(), self._last_month(), today=self.today))

    @contextmanager
    def _only_points(self) -> Iterator[None]:
        # What other rooms still miss in the month (papers that were not handed in) is none of this.
        checks = {name: check for name, check in periods._CHECKS.items() if name.startswith("points_")}
        with patch.dict(periods._CHECKS, checks, clear=True), acting_as(SYSTEM):
            yield

    def reopen(self) -> bool:
        """The last month that is final, wherever one is."""
        of = [Period.numbered("month", 2026, number) for number in range(self.today.month, 4, -1)]
        final = [(code, month) for month in of for code in COMMUNITIES if state_of(code, month).state == FINAL]
        return bool(final) and bool(months.reopen(*final[0], reason="核对有误要更正", sheet=SHEET))

    def _publish(self, book: Book, on: date) -> None:
        with acting_as(SYSTEM), writing():
            row: PointsBook = books.add_draft(book, area_code=STREET, by=SYSTEM)
            attach("points_books", row.uid, STREET, "通知.txt", "开展季度排名".encode())
            books.publish(row, on=on, by=SYSTEM)

    def _entries(self) -> list[PointsEntry]:
        return list(db.session.execute(select(PointsEntry).order_by(PointsEntry.id)).scalars())

    def _any_entry(self) -> PointsEntry | None:
        entries = self._entries()
        return self.rng.choice(entries) if entries else None

    def _waiting(self) -> list[PointsEntry]:
        waiting = select(PointsWaiting.entry_id)
        return list(
            db.session.execute(
                select(PointsEntry).where(PointsEntry.id.in_(waiting)).order_by(PointsEntry.id)
            ).scalars()
        )

    def _community(self) -> str:
        return self.rng.choice(COMMUNITIES)

    def _last_month(self) -> Period:
        return Period.of("month", self.today).previous()
