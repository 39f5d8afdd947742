"""create_app(): the only file that knows every room, in menu order."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder, Model
from flask_wtf import CSRFProtect

from app import language, web
from app.database.foreign_listeners import remove_aggregates
from app.database.transactions import prepare_engine
from app.extensions import db
from app.lazy_routes import LazyRule
from app.lowcode import frame
from app.rooms import import_models, install_rooms
from app.security import wall
from app.security.keys import derive, master_secret
from config import flask_config

YOUNG_OBJECTS = 20_000
"""Python looks for dead circles among new objects when there are so many: at its own 700 a seventh of an import went
into looking, and hardly anything was ever found."""


def create_app(environment: Mapping[str, str] | None = None, **overrides: Any) -> Flask:
    """A ready application; may be called several times in one process. Touches no database.

    `environment` stands in for os.environ; `overrides` are Flask configuration values.
    """
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.url_rule_class = LazyRule
    app.config.update(flask_config(environment))
    app.config.update(overrides)
    secret = master_secret(app.config["KEY_DIR"])
    app.config["SECRET_KEY"] = derive(secret, "cookies").hex()
    app.config["AUDIT_KEY"] = derive(secret, "audit")
    app.config["WEBHOOK_KEY"] = derive(secret, "webhooks")
    db.init_app(app)
    CSRFProtect(app)
    web.install(app)
    import_models()
    remove_aggregates()
    with app.app_context():
        prepare_engine(db.engine)
        wall.build(list(Model.registry.mappers))
        frame.install(app)
        appbuilder = AppBuilder(app, db.session)
        language.install(app)
        install_rooms(app, appbuilder)
    gc.set_threshold(YOUNG_OBJECTS)
    return app
