"""Profile files: one YAML for each district in fixtures/profiles, and the divisions they refer to."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from app.settings.profile import Profile, ProfileRefused, read_profile

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
KEY = re.compile(r"^[a-z][a-z0-9_]{1,29}$")


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """One file: the settings that go into the database, and how areas and demonstration data are made from it."""

    profile: Profile
    settings: Mapping[str, Any]
    areas: Mapping[str, Any]
    demo: Mapping[str, Any]


def known_keys(folder: Path = FIXTURES) -> tuple[str, ...]:
    """Keys of the profiles there are."""
    return tuple(sorted(path.stem for path in (folder / "profiles").glob("*.yaml")))


def read_file(key: str, folder: Path = FIXTURES) -> ProfileFile:
    """The profile of that key. Raises ProfileRefused for an unknown key, naming those there are, or a broken file."""
    if not KEY.match(key) or key not in known_keys(folder):
        raise ProfileRefused(f"没有名为“{key[:40]}”的配置。可以用的有：{'、'.join(known_keys(folder))}。")
    source = f"配置 {key}"
    try:
        data = yaml.safe_load((folder / "profiles" / f"{key}.yaml").read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ProfileRefused(f"{source}：文件写法有误，不能读取。") from None
    if not isinstance(data, dict) or data.get("key") != key:
        raise ProfileRefused(f"{source}：文件里的 key 要与文件名相同。")
    settings = {name: value for name, value in data.items() if name not in ("areas", "demo")}
    areas = data.get("areas")
    if not isinstance(areas, dict):
        raise ProfileRefused(f"{source}：缺少 areas 这一项，不知道怎样建立区划。")
    return ProfileFile(read_profile(settings, source=source), settings, areas, data.get("demo") or {})


def read_divisions(name: str, folder: Path = FIXTURES) -> list[tuple[str, str]]:
    """(code, name as published) of one county's statistical divisions. Raises ProfileRefused where there is no file."""
    path = folder / "divisions" / Path(name).name
    if not path.is_file():
        raise ProfileRefused(f"找不到区划文件 {Path(name).name}。")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(row["code"], row["name"]) for row in csv.DictReader(file)]
