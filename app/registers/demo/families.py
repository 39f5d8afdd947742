"""Invented families: who lives together, how they are related, and what a census taker would write down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.fields.age import full_years, years_after
from app.registers.demo import names
from app.registers.demo.scene import Person, Scene

ADULT = 18
PENSION = 60
MEMBER_SHARE = 0.2
"""Share of grown-ups who are party members: more than in the country, so that every branch has residents in it."""

HEAD, HUSBAND, WIFE, SON, DAUGHTER = "02", "11", "12", "20", "30"
GRANDSON, GRANDDAUGHTER, MOTHER, NOT_RELATED = "41", "42", "52", "99"
SINGLE, MARRIED, WIDOWED = "10", "20", "30"


@dataclass(slots=True)
class Kin:
    """One person of a family. `relation` and `marriage` are codes of their lists."""

    person: Person
    relation: str
    marriage: str
    facts: dict[str, Any] = field(default_factory=dict)


def _couple(scene: Scene, youngest: int, oldest: int) -> list[Kin]:
    husband = scene.person(sex="1", youngest=youngest + 2, oldest=oldest)
    age = full_years(husband.born_on, scene.today)
    wife = scene.person(sex="2", youngest=max(20, age - 5), oldest=max(21, age + 2))
    head, other = (husband, wife) if scene.chance(0.7) else (wife, husband)
    return [Kin(head, HEAD, MARRIED), Kin(other, WIFE if other is wife else HUSBAND, MARRIED)]


def _child(scene: Scene, parents: list[Kin]) -> Kin:
    youngest_parent = min(full_years(kin.person.born_on, scene.today) for kin in parents)
    oldest = max(0, youngest_parent - 22)
    surname = next(kin.person.name[0] for kin in parents if kin.person.sex == "1")
    child = scene.person(youngest=max(0, oldest - 9), oldest=oldest, surname=surname)
    return Kin(child, SON if child.sex == "1" else DAUGHTER, SINGLE)


def _alone(scene: Scene) -> list[Kin]:
    return [Kin(scene.person(youngest=66, oldest=90), HEAD, WIDOWED)]


def _old_couple(scene: Scene) -> list[Kin]:
    return _couple(scene, 62, 82)


def _young_couple(scene: Scene) -> list[Kin]:
    return _couple(scene, 25, 45)


def _parents_and_children(scene: Scene) -> list[Kin]:
    parents = _couple(scene, 28, 50)
    return parents + [_child(scene, parents) for _number in range(2 if scene.chance(0.3) else 1)]


def _three_generations(scene: Scene) -> list[Kin]:
    family = _parents_and_children(scene)
    husband = next(kin for kin in family if kin.person.sex == "1")
    age = full_years(husband.person.born_on, scene.today)
    mother = scene.person(sex="2", youngest=min(88, age + 22), oldest=min(92, age + 30))
    return [*family, Kin(mother, MOTHER if husband.relation == HEAD else "54", WIDOWED)]


def _with_grandchild(scene: Scene) -> list[Kin]:
    couple = _couple(scene, 55, 68)
    surname = next(kin.person.name[0] for kin in couple if kin.person.sex == "1")
    child = scene.person(youngest=3, oldest=14, surname=surname)
    return [*couple, Kin(child, GRANDSON if child.sex == "1" else GRANDDAUGHTER, SINGLE)]


def _single(scene: Scene) -> list[Kin]:
    return [Kin(scene.person(youngest=23, oldest=45), HEAD, SINGLE)]


def _sharing(scene: Scene) -> list[Kin]:
    first = scene.person(youngest=20, oldest=32)
    return [
        Kin(first, HEAD, SINGLE), Kin(scene.person(sex=first.sex, youngest=20, oldest=32), NOT_RELATED, SINGLE),
    ]  # fmt: skip


_FORMS: tuple[tuple[int, Callable[[Scene], list[Kin]]], ...] = (
    (9, _alone), (15, _old_couple), (14, _young_couple), (34, _parents_and_children), (12, _three_generations),
    (4, _with_grandchild), (12, _single),
)  # fmt: skip
_TENANTS: tuple[tuple[int, Callable[[Scene], list[Kin]]], ...] = (
    (4, _single), (3, _young_couple), (2, _parents_and_children), (3, _sharing),
)  # fmt: skip


def family(scene: Scene, *, is_tenant: bool) -> list[Kin]:
    """A family, its head first, everybody with the facts of a census."""
    forms = _TENANTS if is_tenant else _FORMS
    form = scene.rng.choices([form for _weight, form in forms], [weight for weight, _form in forms])[0]
    found = form(scene)
    while len({kin.person.name for kin in found}) < len(found):  # a household holds each name once
        found = form(scene)
    for kin in found:
        kin.facts = _facts(scene, kin)
    return found


def _facts(scene: Scene, kin: Kin) -> dict[str, Any]:
    person = kin.person
    age = full_years(person.born_on, scene.today)
    works = 22 <= age < PENSION
    return {
        "name": person.name, "id_number": person.id_number, "sex": person.sex, "born_on": person.born_on,
        "ethnicity": "01" if scene.chance(0.97) else scene.rng.choice(("03", "11", "15", "08")),
        "political_status": _political_status(scene, age), "education": education(scene, age),
        "marriage": kin.marriage, "phone": person.phone if age >= 14 else None,
        "employer": names.employer(scene.rng) if works and scene.chance(0.7) else None,
        "relation": kin.relation, "note": person.mark,
    }  # fmt: skip


def _political_status(scene: Scene, age: int) -> str:
    if age >= 24 and scene.chance(MEMBER_SHARE):
        return "02" if age < 45 and scene.chance(0.08) else "01"
    return "03" if 14 <= age < 28 and scene.chance(0.6) else "13"


def education(scene: Scene, age: int) -> str:
    """A code of the list 学历 that fits the age."""
    if age < 7:
        return "90"
    if age < 13:
        return "80"
    if age < 16:
        return "70"
    if age < ADULT:
        return "60"
    if age < 45:
        return scene.rng.choice(("14", "21", "21", "31", "31", "61", "41"))
    return scene.rng.choice(("21", "31", "61", "61", "71", "71", "81"))


def grown_up_on(person: Person) -> date:
    """The eighteenth birthday."""
    return years_after(person.born_on, ADULT)
