"""What other platforms call the states of a ticket, as the office said it once, and words it has not said yet."""

from __future__ import annotations

from collections.abc import Mapping

from app.fields.codes import code_list
from app.settings.queries import setting

STATE_WORDS = "event_state_words"
"""Setting: source → word of the platform → our state."""


def state_words(source: str | None) -> Mapping[str, str]:
    """Word of a platform → our state: what the office said before what the words themselves say."""
    return _Words(setting(STATE_WORDS, {}).get(source or "", {}))


class _Words(dict[str, str]):
    """A word nobody spoke of means what our own list takes it for, where that is one thing only."""

    def get(self, word: str, default: str | None = None) -> str | None:  # type: ignore[override]
        if word in self:
            return self[word]
        found = code_list("event_state").codes_for(word) if word else frozenset()
        return next(iter(found)) if len(found) == 1 else default
