"""One try to deliver: a signed POST to an address that may be called, or an e-mail. Follows no redirect."""

from __future__ import annotations

import http.client
import smtplib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import SplitResult, urlsplit

from app.outbox import rules

SECONDS = 10
AGENT = "GridLedger-Webhook/1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try: the HTTP status (0 where nothing answered, 250 for a mail taken) and its words."""

    status: int
    text: str

    @property
    def is_good(self) -> bool:
        """Whether it has arrived."""
        return 200 <= self.status < 300


class MayNotCall(ValueError):
    """The address lies inside, and the office has not named it."""


def post(
    address: str, headers: Mapping[str, str], body: bytes, *, allowed: tuple[str, ...], ca_file: str = ""
) -> Answer:  # fmt: skip
    """POST a body; whatever goes wrong becomes an answer in words. `ca_file` holds authorities of the office's own."""
    parts = urlsplit(address)
    try:
        connection = _connection(parts, allowed, ca_file)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, {"User-Agent": AGENT, **headers})
            answer = connection.getresponse()
            said = answer.read(rules.MOST_ANSWER * 4).decode("utf-8", "replace").strip()
            return Answer(answer.status, said[: rules.MOST_ANSWER])
        finally:
            connection.close()
    except MayNotCall as refusal:
        return Answer(0, str(refusal))
    except (OSError, http.client.HTTPException, UnicodeError) as fault:
        return Answer(0, f"没有接通：{fault}"[: rules.MOST_ANSWER])


def _trusted(ca_file: str) -> ssl.SSLContext:
    """Checks certificate and name against the system's authorities and those in the file. Raises OSError."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _connection(parts: SplitResult, allowed: tuple[str, ...], ca_file: str) -> http.client.HTTPConnection:
    """A connection to the very address that was checked: asked a second time, the name might lead elsewhere."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = _checked(host, port, allowed)
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=SECONDS, context=_trusted(ca_file)
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    connection._create_connection = (  # type: ignore[attr-defined]
        lambda _address, timeout=SECONDS, _source=None: socket.create_connection((target, port), timeout)
    )
    return connection


def _checked(host: str, port: int, allowed: tuple[str, ...]) -> str:
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host.lower() not in allowed and not all(rules.may_call(each.partition("%")[0], allowed) for each in found):
        raise MayNotCall("这个地址在内网或本机，默认不准推送。确实要推的，请管理员在设置 OUTBOX_ALLOW 里写上它。")
    return found[0]


@dataclass(frozen=True, slots=True)
class MailServer:
    """How mail leaves the house; no host means that it does not."""

    host: str
    port: int
    security: str
    """starttls, ssl or none."""
    user: str
    password: str
    sender: str
    ca_file: str = ""


def _mail_connection(server: MailServer) -> smtplib.SMTP:
    """Encrypted as the office says. smtplib checks no certificate unless it is given a context that does."""
    if server.security == "ssl":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=_trusted(server.ca_file))
    connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    if server.security == "starttls":
        try:
            connection.starttls(context=_trusted(server.ca_file))
        except BaseException:
            connection.close()
            raise
    return connection


def mail(server: MailServer, to: tuple[str, ...], delivery: str, subject: str, text: str) -> Answer:
    """Send an e-mail; the delivery's id is its Message-ID, so that a second arrival is known as one."""
    if not server.host:
        return Answer(0, "还没有设置发信服务器（设置 SMTP_HOST），邮件没有发出。")
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, server.sender or server.user, ", ".join(to)
    message["Date"], message["Message-ID"] = formatdate(), f"<{delivery}@gridledger>"
    message.set_content(text)
    try:
        with _mail_connection(server) as connection:
            if server.user:
                connection.login(server.user, server.password)
            refused = connection.send_message(message)
        return Answer(250, "发信服务器已收下" + (f"，但拒收：{'、'.join(refused)}" if refused else ""))
    except smtplib.SMTPResponseException as fault:
        return Answer(fault.smtp_code, str(fault.smtp_error)[: rules.MOST_ANSWER])
    except (OSError, smtplib.SMTPException) as fault:
        return Answer(0, f"没有发出：{fault}"[: rules.MOST_ANSWER])
