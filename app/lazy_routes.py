"""Addresses whose writers are compiled when first used.

Werkzeug (3.1) compiles two functions for each route through Python's own syntax tree when it is added: 0.1 s of every
start for 245 routes, of which a process writes a few dozen. To be deleted when werkzeug does it lazily itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LazyRule(Rule):
    """A route that finds addresses as any other, and prepares to write its own when asked for the first."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            writer = Rule._compile_builder(self, append_unknown).__get__(rule, None)
            setattr(rule, "_build_unknown" if append_unknown else "_build", writer)
            return writer(**values)

        return build
