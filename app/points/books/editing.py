"""A book with one part of it changed: a rule, a group, the grades, weights. Each gives a new book."""

from __future__ import annotations

from dataclasses import replace

from app.points.books.rules import Book, BookRefused, BookRule, Grade, Group, Weights


def with_rule(book: Book, code: str, rule: BookRule, *, group_name: str) -> Book:
    """A rule in the place of the one with `code` ('' adds), under a group that is made where there is none of that
    name. Raises BookRefused where its own code is taken."""
    if rule.code != code and book.find(rule.code) is not None:
        raise BookRefused(f"编号 {rule.code} 已经用了，每条规则的编号要不同。", key="code")
    groups = [_rule_put(group, code, rule if group.name == group_name else None) for group in book.groups]
    if not any(rule in group.rules for group in groups):
        groups = [replace(g, rules=(*g.rules, rule)) if g.name == group_name else g for g in groups]
    if group_name not in {group.name for group in groups}:
        groups.append(Group(name=group_name, rules=(rule,)))
    return replace(book, groups=tuple(groups))


def without_rule(book: Book, code: str) -> Book:
    """The book without the rule of a code."""
    return replace(book, groups=tuple(_rule_put(group, code, None) for group in book.groups))


def _rule_put(group: Group, code: str, instead: BookRule | None) -> Group:
    """The group without the rule of a code; with `instead` in its place where it stood here."""
    kept = ((instead if rule.code == code else rule) for rule in group.rules)
    return replace(group, rules=tuple(rule for rule in kept if rule is not None))


def with_group(book: Book, name: str, group: Group, *, place: int | None = None) -> Book:
    """A group in the place of the one called `name` ('' adds), with that one's rules; `place` counts from 1 and moves
    it. Raises BookRefused where its own name is taken."""
    if group.name != name and any(each.name == group.name for each in book.groups):
        raise BookRefused(f"已经有“{group.name}”这一类，请换个名称。", key="name")
    old = next((each for each in book.groups if each.name == name), None)
    new = replace(group, rules=old.rules if old is not None else ())
    groups = [new if each is old else each for each in book.groups]
    if old is None:
        groups.append(new)
    if place is not None:
        groups.remove(new)
        groups.insert(max(0, place - 1), new)
    return replace(book, groups=tuple(groups))


def without_group(book: Book, name: str) -> Book:
    """The book without an empty group. Raises BookRefused while it has rules."""
    group = next((each for each in book.groups if each.name == name), None)
    if group is not None and group.rules:
        raise BookRefused(
            f"“{name}”里还有 {len(group.rules)} 条规则，先把规则改到别的类，或删掉，再删这一类。", key="drop"
        )
    return replace(book, groups=tuple(each for each in book.groups if each is not group))


def with_grades(book: Book, grades: tuple[Grade, ...]) -> Book:
    """The book with another table of grades."""
    return replace(book, grades=grades)


def with_weights(book: Book, name: str, weights: Weights | None) -> Book:
    """Weights in the place of those called `name` ('' adds); None takes them out. Raises BookRefused where their own
    name is taken."""
    others = {each.name for each in book.weights if each.name != name}
    if weights is not None and weights.name in others:
        raise BookRefused(f"已经有“{weights.name}”这一项权重，请换个名称。", key="name")
    kept = [weights if each.name == name else each for each in book.weights]
    if weights is not None and weights not in kept:
        kept.append(weights)
    return replace(book, weights=tuple(each for each in kept if each is not None))
