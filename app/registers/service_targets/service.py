"""How a service target takes over what the residents' roster already knows."""

from __future__ import annotations

from typing import Any

from app.extensions import db
from app.lowcode.register import register


def take_over_from_resident(row: Any) -> None:
    """Name, ID number, sex and phone of the chosen resident, where these were left empty: typed once."""
    if row.resident_id is None:
        return
    with db.session.no_autoflush:
        resident = db.session.get(register("residents").model, row.resident_id)
    if resident is None:
        return
    row.name = row.name or resident.name
    row.sex = row.sex or resident.sex
    row.phone = row.phone or resident.phone
    if row.id_number is None and resident.id_number is not None:
        row.id_number = resident.id_number.open()
