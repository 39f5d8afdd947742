"""Rules of accounts: what a password must be, and when an account locks (GB/T 22239-2019, second level)."""

from __future__ import annotations

TRIES_BEFORE_LOCK = 5
LOCK_MINUTES = 30
MINIMUM_LENGTH = 8
COMMON = frozenset(
    {"password", "12345678", "123456789", "qwertyui", "abc12345", "admin123", "a1234567", "p@ssw0rd", "1qaz2wsx"}
)


def password_faults(password: str, *, username: str) -> list[str]:
    """What is wrong with a password, in words; [] when it will do: 8 or more, three of four classes, not the name."""
    faults = []
    if len(password) < MINIMUM_LENGTH:
        faults.append(f"至少要 {MINIMUM_LENGTH} 位")
    classes = sum(
        (
            any(char.islower() for char in password),
            any(char.isupper() for char in password),
            any(char.isdigit() for char in password),
            any(not char.isalnum() for char in password),
        )
    )
    if classes < 3:
        faults.append("大写字母、小写字母、数字、符号四类里至少要有三类")
    if username and username.lower() in password.lower():
        faults.append("不能包含账号名")
    if password.lower() in COMMON:
        faults.append("太常见，容易被猜到")
    return faults
