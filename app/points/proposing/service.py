"""Writing proposals: made by a fact, confirmed into an entry or declined by a person, withdrawn with their cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app import clock
from app.database.transactions import writing
from app.periods.queries import MonthIsClosed, refuse_if_final
from app.points import queries, rule_queries, rules, service, sum_queries
from app.points.automatic.service import title_of_record, worker_of_fact
from app.points.models import PointsEntry, PointsRule
from app.points.proposing.models import PointsProposal
from app.points.rules import Matter, PointsRefused
from app.points.service import Awarded
from app.security import audit
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as
from app.security.beyond import beyond_scope

SHORTEST_REASON, LONGEST_REASON = 5, 500


def propose_for_fact(fact: Any, kind: str) -> list[PointsProposal]:
    """Proposals of the rules that the book switched on for a fact, about the grid worker its `details` name.

    None where he was not in post that day, or the same was proposed before and not withdrawn.
    """
    with writing() as session, beyond_scope():
        worker = worker_of_fact(fact)
        if worker is None:
            return []
        made = []
        for rule in rule_queries.automatic_rules(kind, worker.area_code, fact.on):
            proposal = _proposal(fact, kind, worker, rule)
            if _may_stand(worker, rule, fact.on) and not _is_known(session, proposal):
                session.add(proposal)
                made.append(proposal)
        session.flush()
        return made


def _proposal(fact: Any, kind: str, worker: Any, rule: PointsRule) -> PointsProposal:
    return PointsProposal(
        fact_kind=kind, worker_uid=worker.uid, worker_id=worker.id, area_code=queries.grid_on(worker, fact.on),
        on=fact.on, month=sum_queries.month_number(fact.on), rule_id=rule.id, rule_code=rule.code,
        matter_kind=fact.record_kind, matter_uid=fact.record_uid, state="open", created_at=clock.utc_now(),
    )  # fmt: skip


def _may_stand(worker: Any, rule: PointsRule, on: date) -> bool:
    person = rules.Worker(worker.name, worker.hired_on, worker.left_on)
    try:
        rules.refuse_wrong_days(rule_queries.plain_rule(rule), person, on=on, today=max(on, clock.today()))
    except PointsRefused:
        return False
    return True


def _is_known(session: Any, of: PointsProposal) -> bool:
    # Facts about one record come one after the other, since they are told in the transaction that changes it.
    statement = select(PointsProposal.id).where(
        PointsProposal.worker_uid == of.worker_uid, PointsProposal.rule_code == of.rule_code,
        PointsProposal.matter_kind == of.matter_kind, PointsProposal.matter_uid == of.matter_uid,
        PointsProposal.state != "withdrawn",
    )  # fmt: skip
    return session.execute(statement.limit(1)).first() is not None


def withdraw_for_fact(fact: Any, kind: str, *, reason: str) -> int:
    """Proposals of a record whose cause is gone are withdrawn, and what was confirmed is taken back; how many."""
    with writing() as session, beyond_scope():
        statement = select(PointsProposal).where(
            PointsProposal.matter_kind == fact.record_kind, PointsProposal.matter_uid == fact.record_uid,
            PointsProposal.fact_kind == kind, PointsProposal.state.in_(("open", "confirmed")),
        )  # fmt: skip
        found = session.execute(statement.with_for_update()).scalars().all()
        for proposal in found:
            entry = session.get(PointsEntry, proposal.entry_id) if proposal.entry_id is not None else None
            if entry is not None and not _is_taken_back(session, entry):
                service.reverse(entry, reason=reason, by=SYSTEM, today=clock.today())
            proposal.state, proposal.reason = "withdrawn", reason
        session.flush()
        return len(found)


def _is_taken_back(session: Any, entry: PointsEntry) -> bool:
    return session.execute(select(PointsEntry.id).where(PointsEntry.reverses_id == entry.id)).first() is not None


def confirm(proposal: PointsProposal, *, by: Actor, today: date, note: str = "") -> Awarded:
    """Make the proposed entry, recorded by whoever confirms; where its month is final, on `today`.

    The rule's own checker still has to check it. Raises PointsRefused, NotPermitted, MonthIsClosed.
    """
    with acting_as(by), writing() as session:
        with beyond_scope():
            standing = _locked(session, proposal)
            worker = queries.worker_by_id(standing.worker_id)
            rule = session.get(PointsRule, standing.rule_id)
            title = title_of_record(standing.matter_kind, standing.matter_uid, standing.on)
        if rule is None:
            raise PointsRefused("提这条建议的规则已不在，不能记分。")
        made = service.award(
            rule, worker, matter=Matter(standing.matter_kind, standing.matter_uid, title), by=by, today=today,
            on=_day_of(standing, today), note=note,
        )  # fmt: skip
        with beyond_scope():
            standing.state, standing.entry_id = "confirmed", made.entry.id
            _sign_off(standing, by)
            session.flush()
    return made


def _day_of(proposal: PointsProposal, today: date) -> date:
    try:
        refuse_if_final(proposal.area_code, proposal.on)
    except MonthIsClosed:
        return today
    return proposal.on


def confirm_all(proposals: Sequence[PointsProposal], *, by: Actor, today: date) -> int:
    """Confirm several, all or none; how many. Raises as `confirm`."""
    with acting_as(by), writing():
        for proposal in sorted(proposals, key=lambda each: (each.worker_uid, each.on, each.id)):
            confirm(proposal, by=by, today=today)
    return len(proposals)


def decline(proposal: PointsProposal, *, reason: str, by: Actor) -> None:
    """It was not his fault, or is not to be scored: the reason stays. Raises PointsRefused, NotPermitted."""
    words = reason.strip()
    if len("".join(words.split())) < SHORTEST_REASON:
        raise PointsRefused(f"请写明为什么不记，至少 {SHORTEST_REASON} 个字，例如：配件缺货，已报街道延期。")
    with acting_as(by), writing() as session:
        refuse_decider(proposal, by)
        with beyond_scope():
            standing = _locked(session, proposal)
            standing.state, standing.reason = "declined", words[:LONGEST_REASON]
            _sign_off(standing, by)
            session.flush()
        audit.record(
            "declined", "points_proposals", area_code=proposal.area_code, note=f"{proposal.rule_code} {words}"[:200]
        )


def refuse_decider(proposal: PointsProposal, by: Actor) -> None:
    """Raises NotPermitted for who may not record there, PointsRefused for the worker himself."""
    if not by.covers("points_entries", "write", proposal.area_code):
        raise NotPermitted("这名网格员不在您负责的范围内，或您的岗位不能记分。")
    if by.user_id is not None and not by.is_system and queries.person_uid(by.user_id) == proposal.worker_uid:
        raise PointsRefused("不能处理对自己的扣分建议，请由社区或街道的其他人来办。")


def _locked(session: Any, proposal: PointsProposal) -> PointsProposal:
    """The proposal as it is now, locked. Raises PointsRefused where somebody was quicker."""
    found = session.get(PointsProposal, proposal.id, with_for_update=True, populate_existing=True)
    if found is None or found.state != "open":
        name = f"{found.decided_by_name} " if found is not None and found.decided_by_name else ""
        raise PointsRefused(f"这条建议{name}已经处理过了，请刷新页面。")
    return found


def _sign_off(proposal: PointsProposal, by: Actor) -> None:
    proposal.decided_at, proposal.decided_by, proposal.decided_by_name = clock.utc_now(), by.user_id, by.name
