"""Invented people pass every check and are nobody."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.fields.age import full_years
from app.fields.identity import birth_on, doubts_about, read_id_number, sex
from app.fields.phones import read_phones
from app.profiles.people import MARK, InventedPeople
from tests.world import TODAY


def test_equal_seeds_give_equal_people_and_other_lanes_others() -> None:
    one = [InventedPeople("a", county="220723").person(today=TODAY) for _ in range(1)]
    two = [InventedPeople("a", county="220723").person(today=TODAY) for _ in range(1)]
    assert one == two
    assert InventedPeople("a", county="220723", lane="workers").person(today=TODAY) != one[0]


@given(st.text(max_size=8), st.sampled_from(["220723", "120106", "320505"]), st.integers(0, 90), st.integers(0, 40))
def test_every_person_is_sound_and_cannot_exist(seed: str, county: str, youngest: int, span: int) -> None:
    people = InventedPeople(seed, county=county)
    oldest = min(youngest + span, 95)
    person = people.person(today=TODAY, youngest=youngest, oldest=max(oldest, youngest))
    assert read_id_number(person.id_number) == person.id_number
    assert doubts_about(person.id_number) == []
    assert birth_on(person.id_number) == person.born_on
    assert sex(person.id_number) == person.sex
    assert youngest <= full_years(person.born_on, TODAY) <= max(oldest, youngest)
    # GB 11643 keeps 996 to 999 for people who turned a hundred.
    assert 996 <= int(person.id_number[14:17]) <= 999
    assert read_phones(person.phone) == person.phone
    assert person.phone.startswith("154")
    assert 2 <= len(person.name) <= 3
    assert person.mark == MARK


def test_no_number_is_given_twice_even_when_a_county_runs_out() -> None:
    people = InventedPeople("many", county="220723")
    found = [people.person(today=TODAY, sex="1", youngest=30, oldest=30) for _ in range(1500)]
    assert len({person.id_number for person in found}) == 1500
    assert len({person.phone for person in found}) == 1500
    assert len({person.id_number[:6] for person in found}) > 1


def test_a_birthday_on_the_29th_of_february_counts() -> None:
    person = InventedPeople("leap", county="220723").person(today=date(2028, 2, 29), youngest=18, oldest=18)
    assert full_years(person.born_on, date(2028, 2, 29)) == 18


def test_names_are_varied() -> None:
    people = InventedPeople("names", county="220723")
    names = {people.person(today=TODAY).name for _ in range(400)}
    assert len(names) > 330
