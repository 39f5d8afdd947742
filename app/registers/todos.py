"""To-dos out of the rosters: elections and contracts running out, transfers without receipt, 转正 due, dues owed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.fields.age import months_after
from app.fields.sentence import Sentence
from app.notices.rules import Todo, Tone
from app.notices.sources import register_todo_source
from app.registers import terms
from app.registers.community_workers import CommunityWorker
from app.registers.grid_workers import GridWorker
from app.registers.owners_committees import queries as committees
from app.registers.owners_committees.models import term_of as committee_term
from app.registers.party_dues.queries import arrears
from app.registers.party_members import queries as members
from app.registers.party_members.rules import probation_ends_on, receipt_due, receipt_state
from app.registers.party_organizations import queries as organizations
from app.registers.party_organizations.models import term_of as organization_term
from app.registers.property_companies import PropertyCompany, contract_of
from app.security.actor import Actor
from app.security.wall import within

MOST_EACH = 5
"""More of one kind than these become one line that leads to the list."""

CONTRACT_MONTHS = 2
"""A worker's contract is reminded of two months before its end; 劳动合同法 asks for the decision a month before."""

TERM_TONES: dict[str, Tone] = {"expired": "red", "extended": "amber", "soon": "amber"}


def _own(actor: Actor, register: str) -> tuple[str, ...]:
    """Where the actor keeps this roster; who only reads it is not asked to do anything."""
    return actor.prefixes(register, "write")


def _gathered(todos: Iterable[Todo], *, kind: str, title: Sentence, url: str) -> list[Todo]:
    """The to-dos themselves while they are few, else one for all of them, as urgent as the most urgent."""
    found = list(todos)
    if len(found) <= MOST_EACH:
        return found
    late = sum(todo.tone == "red" for todo in found)
    why = Sentence("其中 %(n)s 条已经超过期限。", n=late) if late else Sentence("点开看名单。")
    first = min((todo.due_on for todo in found if todo.due_on), default=None)
    tone: Tone = "red" if late else "amber"
    return [
        Todo(
            Sentence("%(what)s：%(n)s 条", what=title, n=len(found)),
            why=why,
            due_on=first,
            url=url,
            tone=tone,
            kind=kind,
        )
    ]


def _terms(
    actor: Actor, today: date, *, register: str, title: Sentence,
    due: Callable[[tuple[str, ...], date], list[Any]], term_of: Callable[[Any], terms.Term],
) -> list[Todo]:  # fmt: skip
    prefixes = _own(actor, register)
    if not prefixes:
        return []
    todos = [
        Todo(
            Sentence("%(name)s换届", name=row.name), why=terms.sentence(term_of(row), today), due_on=term_of(row).last_day,
            url=f"/{register}/show/{row.id}", tone=TERM_TONES.get(terms.state_of(term_of(row), today)), kind="election",
        )
        for row in due(prefixes, today)
    ]  # fmt: skip
    return _gathered(todos, kind="election", title=title, url=f"/{register}/list/")


def party_elections(actor: Actor, today: date) -> list[Todo]:
    """Party organisations to be elected anew."""
    return _terms(
        actor, today, register="party_organizations", title=Sentence("党组织换届"), due=organizations.terms_due,
        term_of=organization_term,
    )  # fmt: skip


def committee_elections(actor: Actor, today: date) -> list[Todo]:
    """Owners' committees to be elected anew."""
    return _terms(
        actor,
        today,
        register="owners_committees",
        title=Sentence("业委会换届"),
        due=committees.terms_due,
        term_of=committee_term,
    )


def property_contracts(actor: Actor, today: date) -> list[Todo]:
    """Service contracts that run out within six months, or have run out."""
    prefixes = _own(actor, "property_companies")
    if not prefixes:
        return []
    statement = (
        select(PropertyCompany)
        .where(
            within(PropertyCompany.area_code, prefixes),
            PropertyCompany.deleted_at.is_(None),
            PropertyCompany.contract_ends_on <= terms.latest_due(today),
        )
        .order_by(PropertyCompany.contract_ends_on, PropertyCompany.id)
        .limit(200)
    )
    todos = []
    for row in db.session.execute(statement).scalars():
        state = terms.state_of(contract_of(row), today)
        if state in TERM_TONES:
            template = (
                "合同已经到期，请续签或重新选聘。" if state == "expired" else "合同快到期，请商量续签或重新选聘。"
            )
            todos.append(
                Todo(Sentence("%(name)s物业合同", name=row.name), why=Sentence(template), due_on=row.contract_ends_on,
                     tone=TERM_TONES[state],
                     url=f"/property_companies/show/{row.id}", kind="contract")
            )  # fmt: skip
    return _gathered(todos, kind="contract", title=Sentence("物业合同到期"), url="/property_companies/list/")


def worker_contracts(actor: Actor, today: date) -> list[Todo]:
    """Contracts of grid and community workers that run out within two months, or have run out."""
    todos: list[Todo] = []
    for name, model in (("grid_workers", GridWorker), ("community_workers", CommunityWorker)):
        prefixes = _own(actor, name)
        if not prefixes:
            continue
        statement = (
            select(model)
            .where(
                within(model.area_code, prefixes), model.deleted_at.is_(None), model.left_on.is_(None),
                model.contract_ends_on <= months_after(today, CONTRACT_MONTHS),
            )
            .order_by(model.contract_ends_on, model.id)
            .limit(200)
        )  # fmt: skip
        rows = [
            Todo(
                Sentence("%(name)s的劳动合同", name=row.name), due_on=row.contract_ends_on, url=f"/{name}/show/{row.id}", kind="contract",
                tone="red" if row.contract_ends_on < today else "amber",
                why=Sentence("合同已经到期，请续签或办离岗。" if row.contract_ends_on < today else "请提前商量是否续签。"),
            )
            for row in db.session.execute(statement).scalars()
        ]  # fmt: skip
        todos += _gathered(rows, kind="contract", title=Sentence("劳动合同到期"), url=f"/{name}/list/")
    return todos


def receipts(actor: Actor, today: date) -> list[Todo]:
    """Transfers whose receipt is overdue."""
    prefixes = _own(actor, "party_movements")
    if not prefixes:
        return []
    todos = [
        Todo(
            Sentence("%(name)s，回执未回", name=row.name),
            why=Sentence("介绍信开出已久，请联系对方党组织催要回执。"),
            due_on=receipt_due(row.sent_on or row.moved_on, row.receipt_due_on),
            url=f"/party_movements/show/{row.id}", tone="red", kind="receipt",
        )
        for row in members.receipts_awaited(prefixes, today)
        if receipt_state(row.kind, row.sent_on or row.moved_on, row.receipt_due_on, row.received_on, today) == "overdue"
    ]  # fmt: skip
    return _gathered(todos, kind="receipt", title=Sentence("组织关系回执未回"), url="/party_movements/list/")


def confirmations(actor: Actor, today: date) -> list[Todo]:
    """Probationary members whose year will be over within a month."""
    prefixes = _own(actor, "party_members")
    if not prefixes:
        return []
    todos = [
        Todo(
            Sentence("%(name)s预备期满", name=row.name), why=Sentence("请支部大会讨论转正，并登记一条党员变动。"), url=f"/party_members/show/{row.id}",
            due_on=probation_ends_on(row.kind, row.joined_on), kind="confirmation",
        )
        for row in members.probation_over(prefixes, months_after(today, 1))
    ]  # fmt: skip
    return _gathered(
        todos, kind="confirmation", title=Sentence("预备党员转正"), url="/party_members/list/?kind=probationary"
    )


def unpaid_dues(actor: Actor, today: date) -> list[Todo]:
    """One line for all who owe dues; red as soon as somebody owes six months in a row."""
    prefixes = _own(actor, "party_dues")
    owing = arrears(prefixes, today) if prefixes else []
    if not owing:
        return []
    serious = sum(one.is_serious for one in owing)
    why = (
        Sentence("其中 %(n)s 人连续六个月没有交，请支部谈话了解原因。", n=serious)
        if serious
        else Sentence("请提醒他们补交。")
    )
    tone: Tone = "red" if serious else "amber"
    title = Sentence("党费未交：%(n)s 人", n=len(owing))
    return [Todo(title, why=why, url="/party_dues/list/?is_paid=false", tone=tone, kind="dues")]


def install_sources() -> None:
    """Make all sources known; again changes nothing."""
    for name, find in (
        ("party_elections", party_elections),
        ("committee_elections", committee_elections),
        ("property_contracts", property_contracts),
        ("worker_contracts", worker_contracts),
        ("transfer_receipts", receipts),
        ("probation_confirmations", confirmations),
        ("unpaid_dues", unpaid_dues),
    ):
        register_todo_source(name, find)
