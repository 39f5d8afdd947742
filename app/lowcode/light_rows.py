"""Rows of a register as their plain columns, for exports of many: no objects of the ORM, a third of their time.

The statement names mapped attributes, so that the wall cuts it to the actor's areas like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.fields import sealing
from app.lowcode import queries
from app.lowcode.column import Sealed, SealedAttribute
from app.lowcode.drafting import attributes_of
from app.lowcode.register import Register


class LightRow(tuple[Any, ...]):
    """The values of one row, by name too, and at the end the rows it was read with.

    What is no column of the table is asked of the whole row, which is loaded then together with those.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self[-1].whole(self[0]), name)


class LightRows:
    """Live rows in the order of `ids`; those outside the scope are left out."""

    def __init__(self, reg: Register, ids: Sequence[int]) -> None:
        self.reg, self.ids = reg, ids
        self._whole: dict[int, Any] | None = None

    def __iter__(self) -> Iterator[LightRow]:
        model, made = self.reg.model, _row_class(self.reg.model)
        wanted = select(*(getattr(model, name) for name in _names(model))).where(
            model.id.in_(self.ids), model.deleted_at.is_(None)
        )
        found = {cells[0]: cells for cells in db.session.execute(wanted).all()}
        return (made((*found[id_], self)) for id_ in self.ids if id_ in found)

    def whole(self, row_id: int) -> Any:
        """One of the rows as an object of the ORM."""
        if self._whole is None:
            self._whole = {row.id: row for row in queries.rows_by_id(self.reg, self.ids)}
        return self._whole[row_id]


def _names(model: Any) -> tuple[str, ...]:
    return ("id", *attributes_of(model))


@lru_cache(maxsize=256)
def _row_class(model: Any) -> type[LightRow]:
    """A class whose instances know their values by the model's names, sealed ones as the model's own handles."""
    known: dict[str, Any] = {name: property(itemgetter(at)) for at, name in enumerate(_names(model))}
    sealed = {name for kind in model.__mro__ for name, each in vars(kind).items() if isinstance(each, SealedAttribute)}
    known |= {name: property(_handle(model, name)) for name in sealed}
    return type(f"Light{model.__name__}", (LightRow,), known | {"__slots__": ()})


def _handle(model: Any, name: str) -> Callable[[LightRow], Sealed | None]:
    box_at, uid_at = (_names(model).index(each) for each in (name + "_box", "uid"))

    def handle(row: LightRow) -> Sealed | None:
        box = row[box_at]
        return None if box is None else Sealed(bytes(box), sealing.place(model.__tablename__, name, row[uid_at]))

    return handle
