"""Writes of letters: signing with number and signatory, taking back to mend, declaring void."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.letters import queries, rules
from app.letters.documents import made, sender_of
from app.letters.models import RESOURCE, Letter, LetterVersion
from app.lowcode.service import SaveRefused
from app.numbering import service as numbering
from app.numbering.rules import Series
from app.numbering.series import register_series
from app.security.actor import Actor, acting_as, require
from app.settings.working_calendar import working_calendar
from reports import canonical

SERIES = "letters"

register_series(Series(SERIES, "函件文号", "{word}〔{year}〕{number}号"))


def refuse_signed(row: Letter, _today: date) -> None:
    """A letter that was signed or declared void is neither edited nor thrown away. Undoes the save it follows."""
    is_removed = row.deleted_at is not None
    why = rules.kept_reason(row.state, row.issue, row.number) if is_removed else rules.fixed_reason(row.state)
    if why:
        raise SaveRefused({"": why})


def issue(
    letter_id: int, *, signatory: str, signed_on: date, by: Actor, today: date, fixed: Collection[date] = ()
) -> Letter:  # fmt: skip
    """Sign a draft: it takes the next number of its office, kind and year (or keeps the one it has) and is frozen.

    `fixed` are days it states that no holiday can move, since they were counted in hours of the clock.
    Raises SaveRefused naming all that is missing, NotPermitted.
    """
    with acting_as(by), writing() as session:
        letter = _locked(letter_id)
        errors = _refusals(letter, signatory=signatory.strip(), signed_on=signed_on, today=today, fixed=fixed)
        if errors:
            raise SaveRefused(errors)
        issuer = sender_of(letter.area_code)
        assert issuer is not None
        if not letter.number:
            given = numbering.take(
                SERIES, area_code=letter.area_code, year=signed_on.year, record=letter,
                word=f"{issuer.mark}{rules.WORDS[letter.kind]}",
            )  # fmt: skip
            session.flush()
            letter.number, letter.number_id = given.text, given.id
        letter.state, letter.signatory, letter.signed_on = rules.ISSUED, signatory.strip(), signed_on
        letter.issue += 1
        document = made(
            letter, signed_on=signed_on, signatory=letter.signatory, number=letter.number, is_draft=False
        )  # fmt: skip
        session.add(
            LetterVersion(
                letter_id=letter.id, area_code=letter.area_code, issue=letter.issue, number=letter.number,
                document=canonical.to_bytes(document), digest=canonical.sha256(document), signatory=letter.signatory,
                signed_on=signed_on, at=utc_now(), by_id=by.user_id, by_name=by.name,
            )
        )  # fmt: skip
    return letter


def take_back(letter_id: int, *, reason: str, by: Actor) -> Letter:
    """Make a signed letter a draft again to mend it; number and signed versions stay. Raises SaveRefused."""
    with acting_as(by), writing():
        letter = _locked(letter_id)
        _refuse_without(letter, reason, what="退回修改")
        letter.state = rules.DRAFT
        letter.note = _noted(letter, f"第{letter.issue}稿退回修改：{reason.strip()}")
    return letter


def declare_void(letter_id: int, *, reason: str, by: Actor) -> Letter:
    """作废: the letter and its number stay on the list, never to be used again. Raises SaveRefused."""
    with acting_as(by), writing():
        letter = _locked(letter_id)
        _refuse_without(letter, reason, what="作废")
        if letter.number_id is not None:
            numbering.void(letter.number_id, reason=reason)
        letter.state = rules.VOID
        letter.note = _noted(letter, f"作废：{reason.strip()}")
    return letter


def _locked(letter_id: int) -> Letter:
    letter = db.session.get(Letter, letter_id, populate_existing=True, with_for_update=True)
    if letter is None or letter.deleted_at is not None:
        raise SaveRefused({"": "这份函件已不在，可能刚被删除。"})
    require(RESOURCE, "review", letter.area_code)
    return letter


def _refusals(
    letter: Letter, *, signatory: str, signed_on: date, today: date, fixed: Collection[date]
) -> dict[str, str]:  # fmt: skip
    if letter.state != rules.DRAFT:
        return {"": "这份函件不是草稿，不能再签发。"}
    errors = {}
    missing = list(rules.lacking(letter, len(letter.matter_rows)))
    stated = rules.days_stated(letter)
    limits = (
        rules.limit_fault(letter, signed_on, [row.due_on for row in letter.matter_rows]),
        rules.provisional_fault(stated - set(fixed), working_calendar()),
    )
    missing += [fault for fault in limits if fault]
    faults = (
        rules.authority_fault(letter.kind, letter.area_code, name, queries.bodies_named(name))
        for name in rules.names_of(letter.addressee)
    )
    missing += dict.fromkeys(fault for fault in faults if fault)
    if sender_of(letter.area_code) is None:
        missing.append("系统设置里没有登记这个区域的发文单位和机关代字，请先联系系统管理员补上。")
    if missing:
        errors[""] = "".join(missing)
    if not signatory:
        errors["signatory"] = "请填签发人。"
    if signed_on > today:
        errors["signed_on"] = "签发日期不能晚于今天。"
    return errors


def _refuse_without(letter: Letter, reason: str, *, what: str) -> None:
    if letter.state != rules.ISSUED:
        raise SaveRefused({"": f"只有已签发的函件才能{what}。"})
    if not reason.strip():
        raise SaveRefused({"reason": f"请写明{what}的原因。"})


def _noted(letter: Letter, line: str) -> str:
    return "\n".join(filter(None, (letter.note, line)))
