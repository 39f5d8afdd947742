"""Looking a template through when it is uploaded: what it asks for, and every name that is not on the list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.lowcode.register import registers
from app.office_templates import docx_filling, hostile, xlsx_filling
from app.office_templates.names import column_key, known_in, meant, register_named
from app.office_templates.rules import NUMBER, Problem, TemplateRefused, Token, suggestions


@dataclass(frozen=True, slots=True)
class Needs:
    """What a template asks for."""

    kind: str
    """xlsx or docx."""
    names: tuple[str, ...]
    """Names of values as they are written, each once."""
    registers: tuple[str, ...]
    """Rosters of repeated rows as they are written."""
    problems: tuple[Problem, ...] = ()


def look_through(data: bytes) -> Needs:
    """What it asks for and what is wrong with it. Raises TemplateRefused where it must not be opened at all."""
    kind = hostile.check(data)
    placed = list(_placed(data, kind))
    names: dict[str, None] = {}
    rosters: dict[str, None] = {}
    problems: list[Problem] = []
    for place, token, roster in placed:
        problem = _problem(place, token, roster)
        if problem is not None:
            problems.append(problem)
        elif token.kind == "each":
            rosters[token.name] = None
        elif token.kind in ("when", "unless") or (token.kind == "value" and not _is_column(token.name, roster)):
            names[token.name] = None
    return Needs(kind, tuple(names), tuple(rosters), tuple(problems))


def _placed(data: bytes, kind: str) -> Iterator[tuple[str, Token, str]]:
    if kind == "xlsx":
        yield from xlsx_filling.placed_tokens(xlsx_filling.read(data))
    else:
        yield from docx_filling.placed_tokens(data)


def _is_column(name: str, roster: str) -> bool:
    reg = register_named(roster) if roster else None
    return reg is not None and (name == NUMBER or column_key(reg, name) is not None)


def _problem(place: str, token: Token, roster: str) -> Problem | None:
    if token.kind == "end":
        return None
    if token.kind == "each":
        if register_named(token.name) is not None:
            return None
        return Problem(place, token.text, suggestions(token.name, _roster_titles()))
    if token.kind == "value" and _is_column(token.name, roster):
        return None
    return None if meant(token.name) else Problem(place, token.text, suggestions(token.name, known_in(roster)))


def _roster_titles() -> list[str]:
    return [reg.title for reg in registers()]


def require_clean(needs: Needs) -> None:
    """Raises TemplateRefused naming the first names that are not on the list."""
    if not needs.problems:
        if not needs.names and not needs.registers:
            raise TemplateRefused("模板里没有占位，印出来每次都一样。请把要变的地方写成【社区名称】这样的占位。")
        return
    first = needs.problems[:5]
    named = "；".join(
        f"{each.place} {each.text}"
        + (f"，是不是{'、'.join(f'【{name}】' for name in each.suggestions)}" if each.suggestions else "")
        for each in first
    )
    more = f"等 {len(needs.problems)} 处" if len(needs.problems) > len(first) else ""
    raise TemplateRefused(f"这些占位不在名称表里：{named}{more}。请改成名称表里的名称。")
