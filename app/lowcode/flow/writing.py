"""A flow as the plain values that `reading.read_flow` reads: kept in the database, downloaded, compared."""

from __future__ import annotations

from typing import Any

from app.fields.limits import Limit, limit_text
from app.lowcode.flow.rules import Action, Flow, FormField, State


def flow_data(flow: Flow) -> dict[str, Any]:
    """Plain values; what stands as it usually does is left out."""
    return _without_blanks(
        {
            "key": flow.key, "name": flow.name, "register": flow.register, "mirrors": flow.mirrors, "basis": flow.basis,
            "states": [_state(state) for state in flow.states], "actions": [_action(action) for action in flow.actions],
        }
    )  # fmt: skip


def _state(state: State) -> dict[str, Any]:
    return _without_blanks(
        {
            "key": state.key, "name": state.name, "limit": _limit(state.limit), "end": state.is_end, "done": state.is_done,
            "stands": state.stands, "until": state.until, "value": state.value,
        }
    )  # fmt: skip


def _action(of: Action) -> dict[str, Any]:
    return _without_blanks(
        {
            "key": of.key, "name": of.name, "from": list(of.froms), "to": of.to, "roles": list(of.roles),
            "relations": list(of.relations), "fields": [_field(each) for each in of.fields],
            "note": "" if of.note == "optional" else of.note,
            "photos": [{"name": each.name, "least": each.least, "reason": each.reason} for each in of.photos],
            "most": of.most, "before_due": of.before_due, "after_due": of.after_due, "within": _limit(of.within),
            "follows": of.follows, "follows_times": of.follows_times, "handles": of.handles, "marks_same": of.marks_same, "keeps_clock": of.keeps_clock,
            "extends": _limit(of.extends), "limit_field": of.limit_field, "joint": of.joint, "on_due": of.on_due,
            "return": of.is_return, "firm": of.is_firm, "starts": of.starts, "aside": of.aside, "sets": dict(of.sets),
        }
    )  # fmt: skip


def _field(each: FormField) -> dict[str, Any]:
    kind = "" if each.kind == "text" else each.kind
    return _without_blanks(
        {
            "name": each.name, "label": each.label, "kind": kind, "required": each.is_required,
            "choices": list(each.choices), "column": each.column,
        }
    )  # fmt: skip


def _limit(limit: Limit | None) -> str:
    return limit_text(limit) if limit is not None else ""


def _without_blanks(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in ("", None, [], {}, False)}
