"""References after rows came and went; a plain list of rows is the judge."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.workbooks.references import (
    Inserted,
    RowPlan,
    area_of,
    areas_in,
    column_letters,
    column_number,
    moved_formula,
    place_of,
    shifted_areas,
    shifted_formula,
)

ROWS = 30


calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of what is tested."""


def played(plan: RowPlan) -> list[int | Inserted]:
    """The rows of a sheet of 30 after a plan: old numbers, and what each new row came from."""
    rows: list[int | Inserted] = []
    for old in range(ROWS + 1):
        if old and not any(first <= old <= last for first, last in plan.deleted):
            rows.append(old)
        for each in plan.inserted:
            if each.after == old:
                rows += [each] * each.count
    return rows


inserts = st.builds(Inserted, st.integers(0, ROWS), st.integers(1, 4), st.integers(1, ROWS))
spans = st.tuples(st.integers(1, ROWS), st.integers(0, 6)).map(lambda each: (each[0], min(ROWS, sum(each))))
plans = st.builds(RowPlan, st.lists(inserts, max_size=4).map(tuple), st.lists(spans, max_size=4).map(tuple))


def test_a_plan_joins_what_comes_in_at_one_place() -> None:
    plan = RowPlan((Inserted(4, 1, 3), Inserted(2, 1, 3), Inserted(4, 0, 1), Inserted(4, 2, 3)))
    assert plan.inserted == (Inserted(2, 1, 3), Inserted(4, 3, 3))


@calmly
@given(plans)
def test_rows_move_as_in_a_list(plan: RowPlan) -> None:
    rows = played(plan)
    for old in range(1, ROWS + 1):
        assert plan.moved(old) == (rows.index(old) + 1 if old in rows else None)
    for each in plan.inserted:
        assert rows[plan.first_of(each) - 1 : plan.first_of(each) - 1 + each.count] == [each] * each.count


@calmly
@given(plans, spans)
def test_a_range_keeps_what_it_held_and_what_came_between(plan: RowPlan, span: tuple[int, int]) -> None:
    rows = played(plan)
    mine = [
        number
        for number, row in enumerate(rows, 1)
        if (span[0] <= row <= span[1] if isinstance(row, int) else span[0] <= row.after < span[1])
    ]
    found = plan.span(*span, widens=False)
    assert found == ((mine[0], mine[-1]) if mine else None)


def test_a_sum_goes_on_over_rows_made_like_its_last() -> None:
    plan = RowPlan((Inserted(12, 3, 12),))
    assert shifted_formula("SUM(E3:E12)", {"名册": plan}, "名册") == "SUM(E3:E15)"
    assert shifted_formula("SUM(E3:E12)", {"名册": RowPlan((Inserted(12, 3, 1),))}, "名册") == "SUM(E3:E12)"
    assert shifted_formula("E12*2", {"名册": plan}, "名册") == "E12*2"
    assert shifted_areas("C3:C12 H13 A:A", plan) == "C3:C15 H16 A:A"


def test_formulas_follow_only_where_they_point() -> None:
    plans_ = {"名 册": RowPlan((Inserted(2, 5, 3),), ((10, 12),))}

    def shifted(text: str, home: str = "别处") -> str:
        return shifted_formula(text, plans_, home)

    assert shifted("'名 册'!A3+A3+名册!A3+[1]名册!A3") == "'名 册'!A8+A3+名册!A3+[1]名册!A3"
    assert shifted("SUM('名 册'!$A$3:$B$14)&\"A3:A9\"") == "SUM('名 册'!$A$3:$B$16)&\"A3:A9\""
    assert shifted("LOG10(A3)+A3+A11", "名 册") == "LOG10(A8)+A8+#REF!"
    assert shifted("SUM(3:14)+Table1[数量]+$C:$C", "名 册") == "SUM(3:16)+Table1[数量]+$C:$C"
    assert shifted("XFE3+A1048577+A3B", "名 册") == "XFE3+A1048577+A3B"


def test_a_cloned_formula_reads_its_own_row() -> None:
    assert moved_formula("E5*2+$E$1+SUM(A$1:A5)", 3) == "E8*2+$E$1+SUM(A$1:A8)"
    assert moved_formula("E5*2+$E$9", 3, fixed=RowPlan((Inserted(5, 3, 5),))) == "E8*2+$E$12"
    assert moved_formula("A1+B1", 0, 2) == "C1+D1"
    assert moved_formula("A1", -1) == "#REF!"


def test_places_and_areas() -> None:
    assert place_of("$B$5") == (5, 2)
    assert place_of("B") is None
    assert area_of("D9:B5") == (5, 2, 9, 4)
    assert areas_in("SUM(B5:B9)+其他!A1+[2]其他!A1+$2:$3", "这里") == [
        ("这里", (5, 2, 9, 2)), ("其他", (1, 1, 1, 1)), ("这里", (2, 1, 3, 16384)),
    ]  # fmt: skip
    assert all(column_number(column_letters(number)) == number for number in range(1, 16_385))
