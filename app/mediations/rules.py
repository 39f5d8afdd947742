"""Rules of mediation: what a case needs at each point, up which level it goes, and the thirteen items of its file.

人民调解法 and the common file of 人民调解委员会 (一案一卷): six items always, seven where they apply.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.fields.sentence import Sentence

CONFIRM_DAYS = 30
"""人民调解法第三十三条: both sides may ask the court for confirmation within thirty days of the agreement."""
LEVELS = ("building", "grid", "community", "street")
"""楼组, 网格, 社区, 街道: what cannot be settled goes one up."""
AGREED = ("agreed", "followed", "archived")
ENDED = ("guided", "archived")


@dataclass(frozen=True, slots=True)
class Item:
    """One of the thirteen: its key and name, and whether the program can print it out of the case."""

    key: str
    name: str
    is_printed: bool = False


ITEMS = (
    Item("application", "申请书或受理登记表", is_printed=True), Item("rights", "权利义务告知书", is_printed=True),
    Item("identity", "当事人身份证明"), Item("entrust", "委托书"), Item("inquiry", "调查记录"), Item("evidence", "证据材料"),
    Item("record", "调解记录"), Item("agreement", "调解协议书", is_printed=True), Item("performance", "履行凭证"),
    Item("visit", "回访记录", is_printed=True), Item("confirmation", "司法确认材料"), Item("statement", "情况说明"),
    Item("back", "封底", is_printed=True),
)  # fmt: skip
"""In the order they are bound."""
ITEM_NAMES: Mapping[str, str] = {item.key: item.name for item in ITEMS}
UNSIGNED = ("back",)
"""Needs no signature: what the program prints is the item itself."""
ALWAYS = ("application", "rights", "identity", "record", "back")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file depends on. `state` is that of the case, `form` of the agreement (written, oral)."""

    state: str
    form: str | None = None
    is_entrusted: bool = False
    is_performed: bool = False
    is_confirmed: bool = False
    is_visited: bool = False
    was_agreed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """One item in one file: whether it must be there, whether it is, and why it must."""

    item: Item
    is_required: bool
    is_there: bool
    why: Sentence


def required(facts: Facts) -> dict[str, Sentence]:
    """Items a case must have, each with its reason."""
    found = {key: Sentence("每案都要有") for key in ALWAYS}
    if facts.was_agreed:
        oral = facts.form == "oral"
        found["agreement"] = Sentence("口头协议要登记") if oral else Sentence("达成了书面协议")
    if facts.is_entrusted:
        found["entrust"] = Sentence("有人受委托参加调解")
    if facts.is_performed:
        found["performance"] = Sentence("协议已经履行")
    if facts.is_visited:
        found["visit"] = Sentence("已经回访")
    if facts.is_confirmed:
        found["confirmation"] = Sentence("作了司法确认")
    if facts.state == "failed" or (facts.state == "archived" and not facts.was_agreed):
        found["statement"] = Sentence("没有调成，要说明情况")
    return found


def dossier(facts: Facts, there: Collection[str]) -> tuple[Standing, ...]:
    """How the thirteen items stand; `there` are keys of those with a file."""
    needed = required(facts)
    return tuple(
        Standing(item, item.key in needed, item.key in there or item.key in UNSIGNED, needed.get(item.key, Sentence()))
        for item in ITEMS
    )


def lacking(facts: Facts, there: Collection[str]) -> tuple[Item, ...]:
    """Items the file must have and has not."""
    return tuple(each.item for each in dossier(facts, there) if each.is_required and not each.is_there)


def level_above(level: str | None) -> str | None:
    """Where a dispute goes that could not be settled; None at the top."""
    place = LEVELS.index(level) if level in LEVELS else 0
    return LEVELS[place + 1] if place + 1 < len(LEVELS) else None


def confirm_by(agreed_on: date | None) -> date | None:
    """The last day to ask the court."""
    return agreed_on + timedelta(days=CONFIRM_DAYS) if agreed_on is not None else None


AGREEMENT = {
    "facts": "协议要写明事实和责任。", "terms": "协议要写明双方约定了什么。", "performance": "协议要写明怎么履行。",
    "perform_by": "协议要写明履行期限。", "mediators": "协议要有调解员签名，请填调解员。", "agreed_on": "请填达成协议的日期。",
}  # fmt: skip
"""What an agreement must hold (人民调解法第二十九条), by column."""


def check(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """One case: days in order, two different sides, and what an agreement must hold."""
    received, agreed = values.get("received_on"), values.get("agreed_on")
    if received and received > today:
        yield "received_on", "受理日期还没到，请核对。"
    if received and agreed and agreed < received:
        yield "agreed_on", "达成协议的日期早于受理日期，请核对。"
    if agreed and agreed > today:
        yield "agreed_on", "达成协议的日期还没到，请核对。"
    yield from _after_agreement(values, agreed, today)
    if values.get("applicant_id") and values.get("applicant_id") == values.get("respondent_id"):
        yield "respondent_id", "两方的身份证号相同，请核对。"
    if values.get("state") in AGREED and values.get("agreement_form"):
        for name, sentence in AGREEMENT.items():
            if not values.get(name):
                yield name, sentence


def _after_agreement(values: Mapping[str, Any], agreed: date | None, today: date) -> Iterator[tuple[str, str]]:
    for name, label in (("performed_on", "履行"), ("confirmed_on", "司法确认")):
        day = values.get(name)
        if day and (agreed is None or day < agreed):
            yield name, f"{label}日期要在达成协议以后，请核对。"
        if day and day > today:
            yield name, f"{label}日期还没到，请核对。"
    confirmed, last = values.get("confirmed_on"), confirm_by(agreed)
    if confirmed and last and confirmed > last:
        yield "confirmed_on", "司法确认要在协议生效后三十天内申请，请核对日期。"
