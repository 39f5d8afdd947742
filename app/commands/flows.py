"""`flows check FILE`: what the checker of flows says about a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from app.lowcode.flow.checking import findings
from app.lowcode.flow.reading import FlowRefused, read_text
from app.lowcode.register import Register, registers
from app.security.roles import ROLES


def add(commands: Any) -> None:
    """The command with its options."""
    parser = commands.add_parser("flows", help="核对流程文件")
    parser.add_argument("action", choices=["check"], metavar="check", help="核对一个文件")
    parser.add_argument("file", metavar="文件", help="流程（YAML）")
    parser.set_defaults(run=check)


def check(options: argparse.Namespace, _app: Flask) -> int:
    """Print every finding; 1 where something must be mended before the flow may be used."""
    path = Path(options.file)
    try:
        flow = read_text(path.read_text(encoding="utf-8-sig"), source=path.name)
    except UnicodeDecodeError:
        raise FlowRefused(f"{path.name}：不是 UTF-8 文字文件，不能读取。") from None
    found = findings(flow, roles=ROLES, columns=_columns(flow.register))
    for finding in found:
        sys.stdout.write(f"{'要改' if finding.kind == 'fault' else '请看'}　{finding.text}\n")
    must = sum(finding.kind == "fault" for finding in found)
    counts = f"{len(flow.states)} 个状态，{len(flow.actions)} 个动作"
    sys.stdout.write(f"《{flow.name}》{counts}，要改 {must} 处，请看 {len(found) - must} 处。\n")
    return 1 if must else 0


def _columns(register_name: str) -> dict[str, str] | None:
    known: dict[str, Register] = {reg.name: reg for reg in registers()}
    reg = known.get(register_name)
    return {column.name: column.type.key for column in reg.declared_columns} if reg is not None else None
