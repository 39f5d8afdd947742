"""A flow as a drawing: states one below the other, actions as numbered arrows, ways on at the right and back at the left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.fields.limits import limit_text
from app.lowcode.flow.rules import Flow

BOX_WIDTH, BOX_HEIGHT, GAP, LANE, MARGIN, TIP = 168, 40, 34, 26, 18, 7
ROW = BOX_HEIGHT + GAP


@dataclass(frozen=True, slots=True)
class Box:
    """A state: left upper corner, two lines of text, and its kind for the colour (start, end, stands or '')."""

    x: int
    y: int
    name: str
    limit: str
    kind: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """Actions from one state to another: the path, its numbers, and where they stand."""

    path: str
    head: str
    numbers: str
    x: int
    y: int
    is_back: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in pixels. `loops` are numbers of actions that stay in a state, by its position."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(flow: Flow, days: Mapping[str, str] | None = None) -> Drawing:
    """The drawing; actions are numbered from 1 in the order of the flow. `days`: column a state lasts until → in words."""
    place = {state.key: number for number, state in enumerate(flow.states)}
    edges: dict[tuple[int, int], list[int]] = {}
    loops: dict[int, list[int]] = {}
    for number, action in enumerate(flow.actions, 1):
        for start in action.froms:
            if start == action.to:
                loops.setdefault(place[start], []).append(number)
            else:
                edges.setdefault((place[start], place[action.to]), []).append(number)
    right = _lanes(edge for edge in edges if edge[1] > edge[0] + 1)
    left = _lanes(edge for edge in edges if edge[1] < edge[0])
    x = MARGIN + LANE * (max(left.values(), default=-1) + 1) + MARGIN
    boxes = tuple(_box(flow, number, x, loops.get(number, ()), days or {}) for number in range(len(flow.states)))
    arrows = tuple(_arrow(edge, numbers, x, right, left) for edge, numbers in edges.items())
    width = x + BOX_WIDTH + MARGIN + LANE * (max(right.values(), default=-1) + 1) + MARGIN
    return Drawing(width, MARGIN * 2 + ROW * len(boxes) - GAP, boxes, arrows)


def _box(flow: Flow, number: int, x: int, loops: Iterable[int], days: Mapping[str, str]) -> Box:
    state = flow.states[number]
    kind = "stands" if state.stands else "end" if state.is_end else "start" if number == 0 else ""
    limit = limit_text(state.limit) if state.limit is not None else days.get(state.until, state.until)
    stays = "↻" + "·".join(map(str, loops)) if loops else ""
    return Box(x, MARGIN + ROW * number, state.name, "　".join(part for part in (limit, stays) if part), kind)


def _lanes(edges: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Edge → lane beside the boxes, short ways inside; ways that overlap get lanes of their own."""
    taken: list[list[tuple[int, int]]] = []
    lanes: dict[tuple[int, int], int] = {}
    for edge in sorted(edges, key=lambda each: (abs(each[1] - each[0]), each)):
        low, high = sorted(edge)
        lane = next(
            (number for number, others in enumerate(taken) if all(high <= a or low >= b for a, b in others)), len(taken)
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        lanes[edge] = lane
    return lanes


def _arrow(
    edge: tuple[int, int],
    numbers: list[int],
    x: int,
    right: dict[tuple[int, int], int],
    left: dict[tuple[int, int], int],
) -> Arrow:
    start, end = edge
    text = "·".join(map(str, numbers))
    if end == start + 1:
        middle, top = x + BOX_WIDTH // 2, MARGIN + ROW * start + BOX_HEIGHT
        tip = top + GAP
        return Arrow(
            f"M{middle} {top}V{tip - TIP}", _tip(middle, tip, "down"), text, middle, top + GAP // 2 - 2, is_back=False
        )
    is_back = end < start
    side = x if is_back else x + BOX_WIDTH
    lane = (left if is_back else right)[edge]
    away = -1 if is_back else 1
    outer = side + away * (MARGIN + LANE * lane)
    leaves, arrives = MARGIN + ROW * start + BOX_HEIGHT * 2 // 3, MARGIN + ROW * end + BOX_HEIGHT // 3
    path = f"M{side} {leaves}H{outer}V{arrives}H{side + away * TIP}"
    return Arrow(
        path, _tip(side, arrives, "right" if is_back else "left"), text, outer, (leaves + arrives) // 2, is_back
    )


def _tip(x: int, y: int, way: str) -> str:
    half = TIP // 2 + 1
    back = {"down": (f"{x - half} {y - TIP}", f"{x + half} {y - TIP}"),
            "left": (f"{x + TIP} {y - half}", f"{x + TIP} {y + half}"),
            "right": (f"{x - TIP} {y - half}", f"{x - TIP} {y + half}")}[way]  # fmt: skip
    return f"M{x} {y}L{back[0]}L{back[1]}Z"
