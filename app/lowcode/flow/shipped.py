"""Flows out of fixtures/flows: read and checked by the key of their file."""

from __future__ import annotations

from pathlib import Path

from app.lowcode.flow.checking import faults
from app.lowcode.flow.reading import FlowRefused, read_text
from app.lowcode.flow.rules import Flow
from app.security.roles import ROLES

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "flows"


def known_flows(folder: Path = FOLDER) -> tuple[str, ...]:
    """Keys of the flows there are."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def read_shipped(key: str, folder: Path = FOLDER) -> Flow:
    """A shipped flow without fault. Raises FlowRefused naming what is wrong."""
    if key not in known_flows(folder):
        raise FlowRefused(f"没有名为“{key[:40]}”的流程。可以用的有：{'、'.join(known_flows(folder))}。")
    flow = read_text((folder / f"{key}.yaml").read_text(encoding="utf-8"), source=f"流程 {key}")
    if flow.key != key:
        raise FlowRefused(f"流程 {key}：文件名和“key”不一致。")
    for finding in faults(flow, roles=ROLES):
        raise FlowRefused(f"流程 {key}：{finding.text}")
    return flow
