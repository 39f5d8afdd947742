"""The one global: the database extension, unbound until `create_app()` binds it."""

from weakref import WeakKeyDictionary

from flask_appbuilder.models.sqla.base import SQLA
from sqlalchemy import Engine

db = SQLA(session_options={"expire_on_commit": False})

_NAMES: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()


def database_name() -> str:
    """The database in words that tell it from others of this process; for the keys of caches.

    Kept with the engine: writing its address out takes longer than the lookup it is the key of.
    """
    engine: Engine = db.engine
    if engine not in _NAMES:
        _NAMES[engine] = engine.url.render_as_string(hide_password=True)
    return _NAMES[engine]
