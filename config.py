"""Every setting, from the environment, each with one line why. Nothing needs to be set to run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, its default, and why one would change it (docs/settings.md lists them)."""

    name: str
    default: str
    why: str


SETTINGS = (
    Setting("DATA_DIR", str(ROOT / "instance"), "数据库、附件、备份放在哪里；换到大盘时改"),
    Setting("DATABASE_URL", "", "留空用 DATA_DIR 里的 SQLite；多台机器一起用时写 PostgreSQL 地址"),
    Setting("KEY_DIR", "", "密钥放在哪里；留空为 DATA_DIR/keys，最好与数据分开保管"),
    Setting("HOST", "127.0.0.1", "对哪个网卡开放；只在本机用保持不变，给同事用改为 0.0.0.0"),
    Setting("PORT", "8080", "端口被别的程序占用时改"),
    Setting("FONT_DIR", "", "单位自有的仿宋_GB2312、方正小标宋等字体所在文件夹；留空用随附的开源字体"),
    Setting("HTTPS_ONLY", "0", "前面有 HTTPS 反向代理时设为 1，登录凭证只走加密连接"),
    Setting("TRUSTED_PROXIES", "0", "前面有几层反向代理；决定记录里的来访地址"),
    Setting("UPLOAD_LIMIT_MB", "50", "一次上传的文件最大多少兆"),
    Setting("WORKER_IN_SERVER", "1", "serve 时顺带跑后台任务；另开 worker 时设为 0"),
    Setting("OUTBOX_ALLOW", "", "消息可以推到哪些内网地址，用逗号隔开，如 10.8.0.0/16；留空只准推到公网"),
    Setting(
        "OUTBOX_CA_FILE", "", "单位自己的根证书（PEM 文件），推送和发信时除系统自带的以外也认它；留空只认系统自带的"
    ),
    Setting("SMTP_HOST", "", "发提醒邮件的服务器；留空不发邮件"),
    Setting("SMTP_PORT", "587", "发信服务器的端口；ssl 一般是 465"),
    Setting("SMTP_SECURITY", "starttls", "发信用的加密：starttls、ssl 或 none"),
    Setting("SMTP_USER", "", "发信账号；服务器不要登录的留空"),
    Setting("SMTP_PASSWORD", "", "发信账号的密码"),
    Setting("SMTP_FROM", "", "发件人地址；留空用发信账号"),
    Setting("TODAY", "", "固定今天的日期，只用于演示和测试"),
)


class SettingRefused(ValueError):
    """A setting that cannot be used; the message says which and what it should be."""


NUMBERS = {"PORT": (1, 65_535), "TRUSTED_PROXIES": (0, 20), "UPLOAD_LIMIT_MB": (1, 10_000), "SMTP_PORT": (1, 65_535)}
"""Settings that are whole numbers, with the least and the most."""
SWITCHES = ("HTTPS_ONLY", "WORKER_IN_SERVER")
DATABASES = ("sqlite:", "postgresql:", "postgresql+psycopg:")


def read_settings(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """All settings with their defaults filled in. Raises SettingRefused."""
    source = os.environ if environment is None else environment
    values = {setting.name: source.get(setting.name, "") or setting.default for setting in SETTINGS}
    for name, (least, most) in NUMBERS.items():
        if not (values[name].isascii() and values[name].isdigit() and least <= int(values[name]) <= most):
            raise SettingRefused(f"设置 {name} 应是 {least} 到 {most} 的整数，现在写的是“{values[name]}”。")
    for name in SWITCHES:
        if values[name] not in ("0", "1"):
            raise SettingRefused(f"设置 {name} 只能是 0 或 1，现在写的是“{values[name]}”。")
    if values["SMTP_SECURITY"] not in ("starttls", "ssl", "none"):
        raise SettingRefused(
            f"设置 SMTP_SECURITY 只能是 starttls、ssl 或 none，现在写的是“{values['SMTP_SECURITY']}”。"
        )
    if values["OUTBOX_CA_FILE"] and not Path(values["OUTBOX_CA_FILE"]).is_file():
        raise SettingRefused(f"设置 OUTBOX_CA_FILE 写的文件不在：{values['OUTBOX_CA_FILE']}")
    if values["DATABASE_URL"] and not values["DATABASE_URL"].startswith(DATABASES):
        raise SettingRefused("设置 DATABASE_URL 看不懂。请写成 postgresql://用户:密码@主机/库名，或留空用 SQLite。")
    if values["TODAY"] and not _is_day(values["TODAY"]):
        raise SettingRefused(f"设置 TODAY 应写成 2026-11-22 这样，现在写的是“{values['TODAY']}”。")
    return values


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def flask_config(environment: Mapping[str, str] | None = None) -> dict[str, object]:
    """The Flask configuration that follows from the settings. Creates no file."""
    values = read_settings(environment)
    data = Path(values["DATA_DIR"]).expanduser().resolve()
    keys = Path(values["KEY_DIR"]).expanduser().resolve() if values["KEY_DIR"] else data / "keys"
    url = values["DATABASE_URL"] or f"sqlite:///{data / 'gridledger.db'}"
    is_https = values["HTTPS_ONLY"] == "1"
    return {
        "DATA_DIR": data,
        "KEY_DIR": keys,
        "FONT_DIR": values["FONT_DIR"],
        "SQLALCHEMY_DATABASE_URI": url.replace("postgresql://", "postgresql+psycopg://", 1),
        "SQLALCHEMY_ENGINE_OPTIONS": {} if url.startswith("sqlite") else {"pool_pre_ping": True, "pool_size": 10},
        "MAX_CONTENT_LENGTH": int(values["UPLOAD_LIMIT_MB"]) * 1024 * 1024,
        "TRUSTED_PROXIES": int(values["TRUSTED_PROXIES"]),
        "TODAY": values["TODAY"],
        "SMTP_PORT": int(values["SMTP_PORT"]),
        **{
            name: values[name]
            for name in ("OUTBOX_ALLOW", "OUTBOX_CA_FILE", "SMTP_HOST", "SMTP_SECURITY", "SMTP_USER", "SMTP_PASSWORD")
        },
        "SMTP_FROM": values["SMTP_FROM"],
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": is_https,
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "IDLE_MINUTES": 30,
        "WTF_CSRF_TIME_LIMIT": None,  # a form may stay open over lunch; the session's end bounds it
        "APP_NAME": "网格台账",
        "LANGUAGES": {"zh": {"flag": "cn", "name": "中文"}, "en": {"flag": "gb", "name": "English"}},
        "BABEL_DEFAULT_LOCALE": "zh",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "BABEL_TRANSLATION_DIRECTORIES": str(data / "translations"),
        "FAB_CREATE_DB": False,  # Alembic makes the tables; both at once would collide (FAB 5.3)
        "FAB_UPDATE_PERMS": False,  # permissions are made once by `init`, never by each worker
        "FAB_ADD_SECURITY_VIEWS": False,  # accounts and posts have pages of ours
        "FAB_ADD_SECURITY_API": False,  # those APIs accept browser login and skip CSRF
        "FAB_API_SWAGGER_UI": False,
        "FAB_OPENAPI_SERVERS": [{"url": "/"}],
        "FAB_SECURITY_MANAGER_CLASS": "app.security.manager.GridSecurityManager",
        "FAB_INDEX_VIEW": "app.home.views.HomeView",
        "FAB_BASE_TEMPLATE": "layout.html",
        "AUTH_TYPE": 1,
        "FAB_PASSWORD_HASH_METHOD": "scrypt",
        "AUTH_ROLE_ADMIN": "system_admin",
        "AUTH_ROLE_PUBLIC": "public",
        "RATELIMIT_ENABLED": False,  # lock-out per account is ours (app.security.service)
        "JWT_ACCESS_TOKEN_EXPIRES": 3600,
    }
