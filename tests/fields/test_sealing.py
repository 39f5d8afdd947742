"""Boxes open only where they were sealed; fingerprints and chains hold; keys are made once."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields.sealing import BoxIsDamaged, KeyFileIsDamaged, KeyIsMissing, Keyring, key_number, place
from tests.calls import calls

KEYS = Keyring({1: b"1" * 32, 7: b"7" * 32}, current=7)
HERE = place("residents", "id_number", "a1b2")
plain_texts = st.text(st.characters(codec="utf-8"), max_size=200)


@given(plain_texts, st.binary(max_size=80))
def test_what_is_sealed_opens(plain: str, context: bytes) -> None:
    assert KEYS.open_box(KEYS.seal(plain, context=context), context=context) == plain


@given(plain_texts, st.data())
def test_any_changed_bit_is_noticed(plain: str, data: st.DataObject) -> None:
    box = bytearray(KEYS.seal(plain, context=HERE))
    box[data.draw(st.integers(0, len(box) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BoxIsDamaged):
        KEYS.open_box(bytes(box), context=HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        place("residents", "id_number", "a1b3"),
        place("residents", "phone", "a1b2"),
        place("workers", "id_number", "a1b2"),
        b"",
    ],
)
def test_a_box_moved_elsewhere_does_not_open(elsewhere: bytes) -> None:
    with pytest.raises(BoxIsDamaged):
        KEYS.open_box(KEYS.seal("110105", context=HERE), context=elsewhere)


def test_places_cannot_be_shifted_into_each_other() -> None:
    assert place("a", "bc", "d") != place("ab", "c", "d")


@pytest.mark.parametrize("box", [b"", b"\x01", b"\x01" + b"0" * 31, b"\x02" + b"0" * 60])
def test_what_is_no_box_does_not_open(box: bytes) -> None:
    with pytest.raises(BoxIsDamaged):
        KEYS.open_box(box, context=HERE)


def test_equal_values_have_different_boxes() -> None:
    assert KEYS.seal("甲", context=HERE) != KEYS.seal("甲", context=HERE)


def test_the_key_number_stands_in_the_box() -> None:
    old = Keyring({1: b"1" * 32}, current=1)
    box = old.seal("甲", context=HERE)
    assert key_number(box) == 1
    assert not KEYS.is_current(box)
    assert KEYS.is_current(KEYS.seal("甲", context=HERE))
    assert KEYS.open_box(box, context=HERE) == "甲"
    with pytest.raises(KeyIsMissing):
        old.open_box(KEYS.seal("甲", context=HERE), context=HERE)


def test_the_same_number_with_another_key_does_not_open() -> None:
    other = Keyring({7: b"x" * 32}, current=7)
    with pytest.raises(BoxIsDamaged):
        other.open_box(KEYS.seal("甲", context=HERE), context=HERE)
    assert other.marks[7] != KEYS.marks[7]


def test_fingerprints_are_equal_for_equal_values_of_one_purpose() -> None:
    print_ = KEYS.fingerprint("11010519491231002X", purpose="id_number")
    assert print_ == Keyring({1: b"1" * 32}, 1).fingerprint("11010519491231002X", purpose="id_number")
    assert len(print_) == 64
    assert int(print_, 16)
    assert print_ != KEYS.fingerprint("11010519491231002X", purpose="phone")
    assert print_ != KEYS.fingerprint("110105194912310021", purpose="id_number")
    assert print_ != Keyring({1: b"2" * 32}, 1).fingerprint("11010519491231002X", purpose="id_number")


@given(st.lists(st.binary(max_size=30), min_size=2, max_size=8), st.data())
def test_a_chain_breaks_where_a_link_is_changed(links: list[bytes], data: st.DataObject) -> None:
    signatures, previous = [], b""
    for link in links:
        previous = KEYS.sign(link, previous)
        signatures.append(previous)
    place_ = data.draw(st.integers(0, len(links) - 1))
    before = signatures[place_ - 1] if place_ else b""
    assert KEYS.is_signed(links[place_], before, signatures[place_])
    assert not KEYS.is_signed(links[place_] + b"x", before, signatures[place_])
    assert not KEYS.is_signed(links[place_], before + b"x", signatures[place_])


def test_bytes_cannot_move_between_link_and_data() -> None:
    assert KEYS.sign(b"b", b"a") != KEYS.sign(b"", b"ab") != KEYS.sign(b"ab", b"")


def test_keys_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = Keyring.load_or_create(folder)
    box = first.seal("甲", context=HERE)
    again = Keyring.load_or_create(folder)
    assert again.open_box(box, context=HERE) == "甲"
    assert again.marks == first.marks
    (path,) = folder.iterdir()
    assert path.stat().st_size == 32
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        path.chmod(0o644)
        Keyring.load(folder)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_many_at_once_end_up_with_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        rings = list(pool.map(lambda _: Keyring.load_or_create(tmp_path / "keys"), range(64)))
    assert len({ring.marks[1] for ring in rings}) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["seal-0001.key"]


def test_processes_at_once_end_up_with_one_key(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from app.fields.sealing import Keyring; "
        "print(Keyring.load_or_create(Path(sys.argv[1])).marks[1])"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "k")], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert len({run.communicate()[0] for run in runs}) == 1


def test_a_volume_without_hard_links_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    assert Keyring.load_or_create(tmp_path).marks == Keyring.load_or_create(tmp_path).marks
    assert len(list(tmp_path.iterdir())) == 1


def test_a_new_key_seals_while_the_old_still_opens(tmp_path: Path) -> None:
    old = Keyring.load_or_create(tmp_path)
    box = old.seal("甲", context=HERE)
    new = Keyring.add_key(tmp_path)
    assert new.current == 2
    assert new.open_box(box, context=HERE) == "甲"
    assert new.fingerprint("甲", purpose="p") == old.fingerprint("甲", purpose="p")
    assert new.sign(b"x", b"") == old.sign(b"x", b"")


def test_missing_and_damaged_keys_are_named(tmp_path: Path) -> None:
    with pytest.raises(KeyIsMissing):
        Keyring.load(tmp_path / "nowhere")
    (tmp_path / "seal-0001.key").write_bytes(b"short")
    with pytest.raises(KeyFileIsDamaged, match=r"seal-0001\.key"):
        Keyring.load_or_create(tmp_path)
    with pytest.raises(ValueError, match="not in the keyring"):
        Keyring({1: b"1" * 32}, current=2)
    with pytest.raises(KeyFileIsDamaged):
        Keyring({1: b"1"}, current=1)


def test_a_keyring_does_not_print_its_keys() -> None:
    assert "1111" not in repr(KEYS)
    assert repr(KEYS) == "Keyring(numbers=(1, 7), current=7)"


def test_sealing_takes_little_work() -> None:
    assert calls(lambda: KEYS.seal("11010519491231002X", context=HERE)) < 10
