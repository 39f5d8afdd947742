"""Counts of 业主大会 in the form of a topic: read from what was typed, and as it would be typed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.fields.refusal import Refused
from app.fields.sentence import Sentence
from app.fields.types import Number
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Option
from app.lowcode.sent import sent_id
from app.meetings.inputs import OwnersVoteInput
from app.meetings.kinds import OwnCode
from app.meetings.models import OwnersVote
from app.meetings.owners_rules import Owners, OwnersBallot

PARTS = (
    "matter", "matter_kind", "method", "in_favour", "in_favour_area", "against", "against_area", "abstained",
    "abstained_area",
)  # fmt: skip
DEFAULTS = {"matter_kind": "other", "method": "written"}
LABELS = {
    "matter": "表决事项", "matter_kind": "事项类别", "method": "方式", "in_favour": "同意人数",
    "in_favour_area": "同意面积", "against": "反对人数", "against_area": "反对面积", "abstained": "弃权人数",
    "abstained_area": "弃权面积",
}  # fmt: skip
CHOICES = {"matter_kind": "owners_matter", "method": "owners_vote_method"}
AREA = Number(12, 2, minimum=Decimal(0))
MOST_DIGITS = 6


def read_owners_vote(line: Mapping[str, str], number: int, errors: dict[str, str]) -> OwnersVoteInput:
    """One count; what cannot be read is put into `errors` under its field."""
    where = f"owners_votes-{number}-"

    def owners(name: str) -> Owners:
        return Owners(
            _count(line.get(name, ""), where + name, errors),
            _area(line.get(f"{name}_area", ""), f"{where}{name}_area", errors),
        )

    ballot = OwnersBallot(owners("in_favour"), owners("against"), owners("abstained"))
    for name, list_name in CHOICES.items():
        if line.get(name) and line[name] not in dict(OwnCode(list_name).choices()):
            errors[where + name] = Sentence("请从列表里选。")
    id_ = sent_id(line.get("id"))
    kind, method = (line.get(name) or DEFAULTS[name] for name in ("matter_kind", "method"))
    return OwnersVoteInput(line.get("matter", ""), kind, ballot, method, id_)


def _count(text: str, where: str, errors: dict[str, str]) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS:
        errors[where] = Sentence("人数要填整数。")
        return 0
    return int(text)


def _area(text: str, where: str, errors: dict[str, str]) -> Decimal:
    try:
        return AREA.parse(text) or Decimal(0)
    except Refused as refusal:
        errors[where] = refusal.message
        return Decimal(0)


def as_typed(row: OwnersVote) -> dict[str, str]:
    """A stored count as it would be typed."""
    return {"id": str(row.id)} | {name: str(getattr(row, name)) for name in PARTS}


def field_of(common: dict[str, Any], part: str) -> FieldView:
    """One field of a count; `common` holds its name, value and error."""
    shown: dict[str, Any] = common | {"label": _(LABELS[part])}
    if part in CHOICES:
        value = common["value"]
        options = tuple(Option(code, _(text), code == value) for code, text in OwnCode(CHOICES[part]).choices())
        return FieldView(widget="choice", options=options, **shown)
    if part == "matter":
        return FieldView(widget="text", max_length=200, placeholder=_("不填时用议题的名称"), **shown)
    return FieldView(widget="number", unit=_("㎡") if part.endswith("_area") else _("人"), **shown)
