"""Routes write the addresses they would write if their writers had been compiled at the start."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Map, Rule

from app.lazy_routes import LazyRule


def value_for(converter: BaseConverter) -> str | int:
    """A number, one of the words that are allowed, or words that must be escaped."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 7 if isinstance(converter, IntegerConverter) else "第一 网格/?&"


def test_every_route_writes_what_an_eager_one_writes(sqlite_app: Flask) -> None:
    lazy = [rule for rule in sqlite_app.url_map.iter_rules() if isinstance(rule, LazyRule)]
    assert len(lazy) > 200
    assert all(rule._build.__name__ == "build" for rule in lazy[:3]), "compiled before anybody asked"
    for rule in lazy:
        eager = Rule(rule.rule, defaults=rule.defaults, endpoint=rule.endpoint, methods=rule.methods)
        Map([eager], converters=sqlite_app.url_map.converters)
        values = {name: value_for(converter) for name, converter in rule._converters.items()}
        more = {**values, "rule": "1", "values": "x y"}
        for _again in range(2):
            assert rule.build(values, append_unknown=False) == eager.build(values, append_unknown=False)
            assert rule.build(more) == eager.build(more)
