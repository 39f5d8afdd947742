"""Flows out of YAML or plain values, read strictly: what is not understood is refused, with the place it stands at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import yaml

from app.fields.limits import Limit, LimitRefused, read_limit
from app.lowcode.flow.rules import FIELD_KINDS, RELATIONS, Action, Flow, FormField, NoteNeed, PhotoNeed, State
from app.settings.profile import ProfileRefused

FLOW_KEYS = frozenset({"key", "name", "register", "mirrors", "basis", "states", "actions"})
STATE_KEYS = frozenset({"key", "name", "limit", "end", "done", "stands", "until", "value"})
ACTION_KEYS = frozenset(
    {
        "key", "name", "from", "to", "roles", "relations", "fields", "note", "photos", "most", "before_due", "after_due",
        "within", "follows", "follows_times", "handles", "marks_same", "keeps_clock", "extends", "limit_field", "joint", "on_due", "return",
        "firm", "starts", "aside", "sets",
    }
)  # fmt: skip
FIELD_KEYS = frozenset({"name", "label", "kind", "required", "choices", "column"})
PHOTO_KEYS = frozenset({"name", "least", "reason"})
NOTES: Mapping[NoteNeed, str] = {"none": "不写", "optional": "可写", "required": "必写"}
MOST_STATES, MOST_ACTIONS, MOST_TIMES = 40, 100, 20
T = TypeVar("T")


class FlowRefused(ProfileRefused):
    """A flow that cannot be read; the message says where and what, in words."""


def read_text(text: str, *, source: str) -> Flow:
    """A flow out of YAML text. Raises FlowRefused."""
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise FlowRefused(f"{source}：文件写法有误，不能读取。") from None
    return read_flow(data, source=source)


def read_flow(data: Any, *, source: str) -> Flow:
    """A flow out of plain values. Raises FlowRefused; whether it can work is the checker's part."""
    where = _Where(source)
    of = where.mapping(data, FLOW_KEYS)
    states = where.each(of, "states", _state, most=MOST_STATES)
    if not states:
        raise where.refused("至少要有一个状态。")
    return Flow(
        key=where.word(of, "key"), name=where.text(of, "name", 40), states=states,
        actions=where.each(of, "actions", _action, most=MOST_ACTIONS), register=where.word(of, "register", is_required=False),
        mirrors=where.word(of, "mirrors", is_required=False), basis=where.text(of, "basis", 200, is_required=False),
    )  # fmt: skip


def _state(where: _Where, data: Any) -> State:
    of = where.mapping(data, STATE_KEYS)
    name = where.text(of, "name", 20)
    inside = where.inside(f"状态“{name}”")
    return State(
        key=inside.word(of, "key"), name=name, limit=inside.limit(of, "limit"), is_end=inside.flag(of, "end"),
        is_done=inside.flag(of, "done"), stands=inside.flag(of, "stands"),
        until=inside.word(of, "until", is_required=False), value=inside.text(of, "value", 40, is_required=False),
    )  # fmt: skip


def _action(where: _Where, data: Any) -> Action:
    of = where.mapping(data, ACTION_KEYS)
    name = where.text(of, "name", 20)
    at = where.inside(f"动作“{name}”")
    return Action(
        key=at.word(of, "key"), name=name, froms=at.words(of, "from"), to=at.word(of, "to"), roles=at.words(of, "roles"),
        relations=tuple(at.known(word, RELATIONS, "关系") for word in at.words(of, "relations")),
        fields=at.each(of, "fields", _field, most=20), note=at.known(of.get("note", "optional"), NOTES, "说明"),
        photos=at.each(of, "photos", _photo, most=5), most=at.number(of, "most"), before_due=at.flag(of, "before_due"),
        after_due=at.flag(of, "after_due"), within=at.limit(of, "within"), follows=at.word(of, "follows", is_required=False), follows_times=at.number(of, "follows_times"),
        handles=at.flag(of, "handles"), marks_same=at.flag(of, "marks_same"), keeps_clock=at.flag(of, "keeps_clock"),
        extends=at.limit(of, "extends"), limit_field=at.word(of, "limit_field", is_required=False), joint=at.flag(of, "joint"),
        on_due=at.flag(of, "on_due"), is_return=at.flag(of, "return"), is_firm=at.flag(of, "firm"),
        starts=at.word(of, "starts", is_required=False), aside=at.flag(of, "aside"), sets=at.texts(of, "sets"),
    )  # fmt: skip


def _field(where: _Where, data: Any) -> FormField:
    of = where.mapping(data, FIELD_KEYS)
    name = where.word(of, "name")
    inside = where.inside(f"填写项 {name}")
    return FormField(
        name=name, label=inside.text(of, "label", 20), kind=inside.known(of.get("kind", "text"), FIELD_KINDS, "种类"),
        is_required=inside.flag(of, "required"), choices=inside.words(of, "choices"),
        column=inside.word(of, "column", is_required=False),
    )  # fmt: skip


def _photo(where: _Where, data: Any) -> PhotoNeed:
    of = where.mapping(data, PHOTO_KEYS)
    name = where.text(of, "name", 20)
    return PhotoNeed(name, where.number(of, "least") or 1, where.text(of, "reason", 100, is_required=False))


class _Where:
    """Reads single values and says in refusals where they stand."""

    def __init__(self, source: str, places: tuple[str, ...] = ()) -> None:
        self.source, self.places = source, places

    def inside(self, place: str) -> _Where:
        return _Where(self.source, (*self.places, place))

    def refused(self, sentence: str) -> FlowRefused:
        return FlowRefused("，".join([self.source, *self.places]) + f"：{sentence}")

    def mapping(self, data: Any, known: frozenset[str]) -> Mapping[Any, Any]:
        if not isinstance(data, Mapping):
            raise self.refused("文件写法有误，不能读取。")
        # YAML 1.1 reads a bare `on` as true; no key of ours is one, so such a key is named as unknown.
        unknown = sorted(str(key) for key in data if key not in known)
        if unknown:
            raise self.refused(f"不认识“{'、'.join(unknown)[:60]}”这一项，请核对写法。")
        return data

    def each(self, of: Mapping[Any, Any], name: str, read: Callable[[_Where, Any], T], *, most: int) -> tuple[T, ...]:
        items = of.get(name) or ()
        if not isinstance(items, Sequence) or isinstance(items, str):
            raise self.refused(f"“{name}”应是一个列表。")
        if len(items) > most:
            raise self.refused(f"“{name}”有 {len(items)} 项，最多 {most} 项。")
        return tuple(read(self, item) for item in items)

    def text(self, of: Mapping[Any, Any], name: str, longest: int, *, is_required: bool = True) -> str:
        value = of.get(name)
        text = "" if value is None else str(value).strip()
        if is_required and not text:
            raise self.refused(f"缺少“{name}”这一项。")
        if len(text) > longest:
            raise self.refused(f"“{name}”最多写 {longest} 个字，现在是 {len(text)} 个。")
        return text

    def word(self, of: Mapping[Any, Any], name: str, *, is_required: bool = True) -> str:
        text = self.text(of, name, 40, is_required=is_required)
        if text and not (text.isascii() and text.replace("_", "").isalnum()):
            raise self.refused(f"“{name}”只能用英文字母、数字和下划线，现在是“{text}”。")
        return text

    def words(self, of: Mapping[Any, Any], name: str) -> tuple[str, ...]:
        value = of.get(name) or ()
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, Sequence):
            raise self.refused(f"“{name}”应是一个词或一个列表。")
        return tuple(str(item).strip() for item in items)

    def texts(self, of: Mapping[Any, Any], name: str) -> dict[str, str]:
        value = of.get(name) or {}
        if not isinstance(value, Mapping) or not all(isinstance(each, str) for pair in value.items() for each in pair):
            raise self.refused(f"“{name}”应写成 列: 值。")
        return dict(value)

    def known(self, value: Any, known: Mapping[Any, str], noun: str) -> Any:
        if value not in known:
            raise self.refused(f"{noun}“{value}”不认识，可用的有：{'、'.join(map(str, known))}。")
        return value

    def flag(self, of: Mapping[Any, Any], name: str) -> bool:
        value = of.get(name, False)
        if value in (True, False, None):
            return bool(value)
        raise self.refused(f"“{name}”只能写 true 或 false。")

    def number(self, of: Mapping[Any, Any], name: str) -> int | None:
        value = of.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_TIMES:
            raise self.refused(f"“{name}”应是 1 到 {MOST_TIMES} 的整数。")
        return value

    def limit(self, of: Mapping[Any, Any], name: str) -> Limit | None:
        value = of.get(name)
        if value in (None, ""):
            return None
        try:
            return read_limit(str(value))
        except LimitRefused as refusal:
            raise self.refused(str(refusal)) from None
