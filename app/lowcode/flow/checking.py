"""The checker of flows: what cannot work (faults) and what is unwise (advice), in words that name the place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.fields.sentence import Sentence
from app.lowcode.flow.rules import FIELD_KINDS, RELATIONS, SYSTEM_ROLE, Action, Flow, State

OPPOSITES = (("reporter", "not_reporter"), ("handler", "not_handler"), ("grid", "street"))


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault keeps a flow from being used; advice does not."""

    kind: Literal["fault", "advice"]
    text: Sentence


def findings(flow: Flow, *, roles: Collection[str], columns: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """All findings, faults first. `roles` are the known role keys, `columns` those of the register it is for → keys of their
    types (None where that register is not here yet)."""
    found = [*_faults(flow, roles, columns), *_advice(flow)]
    return tuple(sorted(found, key=lambda finding: finding.kind != "fault"))


def faults(flow: Flow, *, roles: Collection[str], columns: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """Only what keeps the flow from being used."""
    return tuple(finding for finding in findings(flow, roles=roles, columns=columns) if finding.kind == "fault")


def _faults(flow: Flow, roles: Collection[str], columns: Mapping[str, str] | None) -> Iterator[Finding]:
    yield from _twice(flow)
    broken = list(_unknown_references(flow, roles))
    yield from broken
    if not broken:
        yield from _ways(flow)
        for action in flow.actions:
            yield from _action_faults(flow, action, columns)
    for state in flow.states:
        if state.until:
            yield from _lasting_faults(flow, state, columns)
    if columns is not None and flow.mirrors and flow.mirrors not in columns:
        yield _fault(Sentence("跟随状态的列“%(name)s”在名册里没有。", name=flow.mirrors))


def _lasting_faults(flow: Flow, state: State, columns: Mapping[str, str] | None) -> Iterator[Finding]:
    """A state lasts until a day of its row, or it has a limit that may be given and extended; not both."""
    if columns is not None and columns.get(state.until) != "date":
        yield _fault(
            Sentence("状态“%(state)s”到期看的列“%(name)s”要是名册里的日期。", state=state.name, name=state.until)
        )
    extended = any(each.extends and state.key in each.froms for each in flow.actions)
    given = any(each.limit_field and each.limits == state.key for each in flow.actions)
    if state.limit is not None or extended or given:
        yield _fault(
            Sentence(
                "状态“%(state)s”到“%(name)s”为止，就不能另外有期限，也不能延长。", state=state.name, name=state.until
            )
        )


def _twice(flow: Flow) -> Iterator[Finding]:
    for word, keys in (("状态", [state.key for state in flow.states]), ("动作", [each.key for each in flow.actions])):
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield _fault(Sentence("%(word)s“%(key)s”写了不止一次。", word=word, key=key))


def _unknown_references(flow: Flow, roles: Collection[str]) -> Iterator[Finding]:
    states, actions = {state.key for state in flow.states}, {action.key for action in flow.actions}
    for action in flow.actions:
        for key in (*action.froms, action.to):
            if key not in states:
                yield _fault(Sentence("动作“%(action)s”写了没有的状态“%(key)s”。", action=action.name, key=key))
        for role in action.roles:
            if role not in roles and role != SYSTEM_ROLE:
                yield _fault(Sentence("动作“%(action)s”写了没有的岗位“%(key)s”。", action=action.name, key=role))
        for relation in action.relations:
            if relation not in RELATIONS:
                yield _fault(Sentence("动作“%(action)s”写了没有的关系“%(key)s”。", action=action.name, key=relation))
        if action.starts and action.starts not in states:
            yield _fault(Sentence("动作“%(action)s”写了没有的状态“%(key)s”。", action=action.name, key=action.starts))
        if action.follows and action.follows not in actions:
            yield _fault(
                Sentence(
                    "动作“%(action)s”要跟在“%(key)s”之后，但没有这个动作。", action=action.name, key=action.follows
                )
            )


def _ways(flow: Flow) -> Iterator[Finding]:
    """States nobody comes to, states nobody comes out of, and those from which no end can be reached."""
    onward = {state.key: {each.to for each in flow.actions_from(state.key)} - {state.key} for state in flow.states}
    reached = _closure(onward, {flow.start.key})
    ends = {state.key for state in flow.states if state.is_end}
    if not ends:
        yield _fault(Sentence("没有一个状态标为结束，这件事永远办不完。"))
    backward: dict[str, set[str]] = {key: set() for key in onward}
    for key, targets in onward.items():
        for target in targets:
            backward[target].add(key)
    leading = _closure(backward, ends)
    for state in flow.states:
        if state.key not in reached:
            yield _fault(Sentence("状态“%(state)s”从开头走不到。", state=state.name))
        elif not onward[state.key] and not state.is_end:
            yield _fault(Sentence("状态“%(state)s”进去就出不来，又没有标为结束。", state=state.name))
        elif state.key not in leading and not state.is_end and ends:
            yield _fault(Sentence("从状态“%(state)s”走不到任何结束。", state=state.name))


def _closure(ways: Mapping[str, Collection[str]], seeds: Collection[str]) -> set[str]:
    found, open_ = set(seeds), list(seeds)
    while open_:
        for target in ways[open_.pop()]:
            if target not in found:
                found.add(target)
                open_.append(target)
    return found


def _action_faults(flow: Flow, action: Action, columns: Mapping[str, str] | None) -> Iterator[Finding]:
    if not action.roles:
        yield _fault(Sentence("动作“%(action)s”没有写谁能做，没有人做得了。", action=action.name))
    for one, other in OPPOSITES:
        if one in action.relations and other in action.relations:
            yield _fault(Sentence(
                "动作“%(action)s”同时要求“%(one)s”和“%(other)s”，没有人做得了。", action=action.name,
                one=RELATIONS[one], other=RELATIONS[other],  # type: ignore[index]
            ))  # fmt: skip
    if {"handler", "not_handler"} & set(action.relations) and not any(each.handles for each in flow.actions):
        yield _fault(
            Sentence("动作“%(action)s”看的是办理的人，但没有一个动作标为“办理”（handles）。", action=action.name)
        )
    if ("unit" in action.relations or action.joint) and not _names_units(flow):
        yield _fault(Sentence("动作“%(action)s”由承办单位做，但没有一步指定单位。", action=action.name))
    if action.on_due and (action.roles != (SYSTEM_ROLE,) or not _all_limited(flow, action)):
        yield _fault(
            Sentence("动作“%(action)s”到期自动做：岗位只能写 system，所在状态都要有期限。", action=action.name)
        )
    if (action.before_due or action.after_due or action.extends) and not _all_limited(flow, action):
        yield _fault(Sentence("动作“%(action)s”看期限，但所在状态没有期限。", action=action.name))
    if action.starts and not action.limit_field and flow.state(action.starts).limit is None:
        yield _fault(
            Sentence(
                "动作“%(action)s”起算“%(state)s”的期限，但没有填写期限，那个状态也没有期限。",
                action=action.name,
                state=flow.state(action.starts).name,
            )
        )
    yield from _field_faults(action, columns)


def _field_faults(action: Action, columns: Mapping[str, str] | None) -> Iterator[Finding]:
    names = [each.name for each in action.fields]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _fault(Sentence("动作“%(action)s”的填写项“%(name)s”写了不止一次。", action=action.name, name=name))
    if action.limit_field and action.limit_field not in names:
        yield _fault(
            Sentence(
                "动作“%(action)s”的期限取自“%(name)s”，但没有这个填写项。", action=action.name, name=action.limit_field
            )
        )
    for each in action.fields:
        if each.name == action.limit_field and each.kind not in ("limit", "date"):
            yield _fault(
                Sentence(
                    "动作“%(action)s”的期限取自“%(name)s”，它的种类要是期限或日期。",
                    action=action.name,
                    name=each.label,
                )
            )
        if each.kind not in FIELD_KINDS:
            yield _fault(Sentence("填写项“%(name)s”的种类“%(kind)s”不认识。", name=each.label, kind=each.kind))
        if each.kind == "choice" and not each.choices:
            yield _fault(Sentence("填写项“%(name)s”要从选项里选，但没有写选项。", name=each.label))
        if columns is not None and each.column and each.column not in columns:
            yield _fault(
                Sentence("填写项“%(name)s”要写入的列“%(column)s”在名册里没有。", name=each.label, column=each.column)
            )
    for column in action.sets:
        if columns is not None and column not in columns:
            yield _fault(
                Sentence("动作“%(action)s”要写入的列“%(column)s”在名册里没有。", action=action.name, column=column)
            )
    for need in action.photos:
        if not need.reason:
            yield _fault(Sentence(
                "动作“%(action)s”要求照片，但没有写明为什么必须拍。没有理由不得要求拍照。", action=action.name
            ))  # fmt: skip


def _names_units(flow: Flow) -> bool:
    return any(each.kind == "units" for action in flow.actions for each in action.fields)


def _all_limited(flow: Flow, action: Action) -> bool:
    """Whether every state it leads out of has a limit, its own or one that is filled in on the way."""
    given = {each.limits for each in flow.actions if each.limit_field}
    return all(flow.state(key).limit is not None or flow.state(key).until or key in given for key in action.froms)


def _advice(flow: Flow) -> Iterator[Finding]:
    for state in flow.states:
        ways = flow.actions_from(state.key)
        if ways and not state.is_end and not flow.awaited_in(state.key):
            yield Finding(
                "advice", Sentence("状态“%(state)s”里没有一个动作是在等人办，不会出现在谁的待办里。", state=state.name)
            )
        if state.limit is None and not state.until and not state.is_end and not state.stands:
            given = any(each.limits == state.key and each.limit_field for each in flow.actions)
            if not given:
                yield Finding("advice", Sentence("状态“%(state)s”没有期限，灯不会亮。", state=state.name))
    if not any(state.is_done for state in flow.states):
        yield Finding("advice", Sentence("没有一个状态算作办结，办结率统计不出来。"))


def _fault(text: Sentence) -> Finding:
    return Finding("fault", text)
