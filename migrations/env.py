"""Alembic's entry: the tables are those of FAB's Model.metadata, which all our models share."""

from __future__ import annotations

from alembic import context
from flask_appbuilder import Model

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=False,
    include_object=lambda _object, name, kind, _reflected, _other: (
        not (kind == "table" and ("_search" in (name or "")))
    ),
)
with context.begin_transaction():
    context.run_migrations()
