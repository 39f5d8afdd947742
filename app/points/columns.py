"""Column types that all tables of points share."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer

from app.fields.types.figures import ExactNumber

BIG_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER PRIMARY KEY up by itself
POINTS = ExactNumber(9, 1)
