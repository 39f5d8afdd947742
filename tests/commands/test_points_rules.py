"""Rules of points by `run.py import`: what REST refuses is refused here too, in the same words."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from app.points import models
from tests.commands.conftest import Commands
from tests.points.test_refusals import BAD_RULES, RULE

WORDS = {"sign": {"plus": "加分", "minus": "扣分"}, "auto_on": {"need_solved": "本网格需求办结"}}


def test_a_rule_with_a_wrong_value_is_refused(bare: Commands, tmp_path: Path) -> None:
    labels = {column.name: column.label for column in models.REGISTER.declared_columns}
    for number, (wrong, words) in enumerate(BAD_RULES):
        values = {name: value for name, value in (RULE | wrong).items() if name != "area"}
        book = Workbook()
        book.active.append([labels[name] for name in values])
        book.active.append([WORDS.get(name, {}).get(value, value) for name, value in values.items()])
        path = tmp_path / f"{number}.xlsx"
        book.save(path)
        result = bare("import", "积分规则", path, "--json")
        assert result.code == 1, wrong
        errors = result.json()["errors"]
        assert any(words in f"{error['column']}{error['message']}" for error in errors), (wrong, errors)
