"""A Chinese sentence that remembers how it was put together, so that a screen can say it in another language.

Rules and to-dos answer in words but know no translation. Papers and logs use the text as it stands; `app.language`
looks the template up and puts the parts in again.
"""

from __future__ import annotations

from typing import Any, Self


class Sentence(str):
    """`Sentence("应到 %(due)s 人", due=12)` is the text 应到 12 人; parts that are sentences are translated with it."""

    __slots__ = ("parts", "template")

    template: str
    parts: dict[str, Any]

    def __new__(cls, template: str = "", **parts: Any) -> Self:
        """The text in Chinese. Raises KeyError where a part of the template is not given."""
        made = super().__new__(cls, template % parts if parts else template)
        made.template, made.parts = template, parts
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Copies and pickles are made from template and parts."""
        return (self.template,), self.parts


def one_after_another(*sentences: str) -> Sentence:
    """Several sentences as one text; empty ones are left out."""
    told = [sentence for sentence in sentences if sentence]
    names = [f"s{number}" for number in range(len(told))]
    return Sentence("".join(f"%({name})s" for name in names), **dict(zip(names, told, strict=True)))
