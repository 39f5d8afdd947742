"""What an office changes of a flow in the browser: names, limits, how often, and roles; everything else is the file's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from app.fields.limits import Limit, LimitRefused, limit_text, read_limit
from app.fields.sentence import Sentence
from app.lowcode.flow.reading import MOST_TIMES
from app.lowcode.flow.rules import SYSTEM_ROLE, Action, Flow, State
from app.security.roles import role_key

LONGEST_NAME = 20
BY_ITSELF = "系统自动"
_BETWEEN = re.compile(r"[、，,；;\s]+")


def typed_of(flow: Flow, names: Mapping[str, str]) -> dict[str, str]:
    """A flow as its form shows it; `names` are the roles' names here."""
    typed = {"name": flow.name}
    for state in flow.states:
        typed[f"state-{state.key}-name"] = state.name
        if not state.until:
            typed[f"state-{state.key}-limit"] = _limit_text(state.limit)
    for action in flow.actions:
        typed[f"action-{action.key}-name"] = action.name
        typed[f"action-{action.key}-roles"] = "、".join(
            {SYSTEM_ROLE: BY_ITSELF, **names}.get(role, role) for role in action.roles
        )
        typed |= {f"action-{action.key}-{name}": limit_text(limit) for name, limit in limits_of(action).items()}
        if action.most is not None:
            typed[f"action-{action.key}-most"] = str(action.most)
    return typed


def limits_of(action: Action) -> dict[str, Limit]:
    """The limits an action has of its own: how much it adds, and how long it is offered."""
    return {name: limit for name in ("extends", "within") if (limit := getattr(action, name)) is not None}


def changed(flow: Flow, typed: Mapping[str, str], names: Mapping[str, str]) -> tuple[Flow, dict[str, Sentence]]:
    """The flow with what was typed, and what cannot be read, by field. A field that was not sent stays as it was."""
    errors: dict[str, Sentence] = {}
    usual = typed_of(flow, names)
    text = {key: typed.get(key, old).strip() for key, old in usual.items()}
    states = tuple(_state(state, text, errors) for state in flow.states)
    actions = tuple(_action(action, text, errors, names) for action in flow.actions)
    return replace(flow, name=_name("name", text, errors), states=states, actions=actions), errors


def _state(state: State, text: Mapping[str, str], errors: dict[str, Sentence]) -> State:
    name, limit = f"state-{state.key}-name", f"state-{state.key}-limit"
    given = state.limit if state.until else _limit(limit, text, errors)
    return replace(state, name=_name(name, text, errors), limit=given)


def _action(action: Action, text: Mapping[str, str], errors: dict[str, Sentence], names: Mapping[str, str]) -> Action:
    stem = f"action-{action.key}"
    return replace(
        action, name=_name(f"{stem}-name", text, errors), roles=_roles(f"{stem}-roles", text, errors, names),
        extends=_own_limit(f"{stem}-extends", text, errors), within=_own_limit(f"{stem}-within", text, errors),
        most=_times(f"{stem}-most", text, errors),
    )  # fmt: skip


def _name(field: str, text: Mapping[str, str], errors: dict[str, Sentence]) -> str:
    name = text[field]
    if not name or len(name) > LONGEST_NAME:
        errors[field] = Sentence("名称要写 1 到 %(n)s 个字。", n=LONGEST_NAME)
    return name


def _limit(field: str, text: Mapping[str, str], errors: dict[str, Sentence]) -> Limit | None:
    if not text[field]:
        return None
    try:
        return read_limit(text[field])
    except LimitRefused:
        errors[field] = Sentence("期限要写数字和单位，例如 30分钟、24小时、4工作时、3工作日。")
        return None


def _own_limit(field: str, text: Mapping[str, str], errors: dict[str, Sentence]) -> Limit | None:
    """Of an action that lives by its limit: without one it would add nothing, or be offered for ever. None for others."""
    if field not in text:
        return None
    limit = _limit(field, text, errors)
    if limit is None and field not in errors:
        errors[field] = Sentence("这个期限不能空着。要取消，请下载流程文件改好再上传。")
    return limit


def _times(field: str, text: Mapping[str, str], errors: dict[str, Sentence]) -> int | None:
    """Of an action that may be done so many times only (延期一次). None for others."""
    if field not in text:
        return None
    times = int(text[field]) if text[field].isdecimal() and len(text[field]) <= 2 else 0
    if not 0 < times <= MOST_TIMES:
        errors[field] = Sentence("次数要写 1 到 %(most)s 的整数。", most=MOST_TIMES)
    return times


def _roles(
    field: str, text: Mapping[str, str], errors: dict[str, Sentence], names: Mapping[str, str]
) -> tuple[str, ...]:  # fmt: skip
    called = {name: key for key, name in names.items()}
    found: list[str] = []
    for word in (word for word in _BETWEEN.split(text[field]) if word):
        key = called.get(word) or role_key(word) or (SYSTEM_ROLE if word in (SYSTEM_ROLE, BY_ITSELF) else None)
        if key is None:
            errors[field] = Sentence("没有“%(word)s”这个岗位，请照“角色与权限”里的名称写。", word=word)
        elif key not in found:
            found.append(key)
    return tuple(found)


def _limit_text(limit: Limit | None) -> str:
    return limit_text(limit) if limit is not None else ""
