"""The one global: the database extension, unbound until `create_app()` binds it."""

from flask_appbuilder.models.sqla.base import SQLA

db = SQLA(session_options={"expire_on_commit": False})
