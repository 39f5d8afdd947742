"""Certificates are checked when a message leaves: by HTTPS and by mail, on real servers with certificates of their own."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.outbox import sending
from app.outbox.sending import Answer, MailServer

HERE = "127.0.0.1"


def certificate(folder: Path, address: str) -> Path:
    """A self-made certificate for an address with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "office")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    secret = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{address}.pem"
    path.write_bytes(secret + made.public_bytes(encoding))
    return path


def context(path: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(path)
    return made


class Hook(BaseHTTPRequestHandler):
    """A webhook that keeps what it is sent."""

    calls: ClassVar[list[bytes]] = []

    def do_POST(self) -> None:
        self.calls.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        """Quiet."""


class Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP as a client asks for."""

    letters: ClassVar[list[str]] = []
    tls: ClassVar[ssl.SSLContext | None] = None
    """For STARTTLS; None where the whole connection is encrypted."""

    def handle(self) -> None:
        self.said("220 mail")
        while line := self.rfile.readline():
            command = line.decode().strip().upper()
            if command.startswith("EHLO"):
                self.said("250-mail\r\n250 STARTTLS" if self.tls is not None else "250 mail")
            elif command == "STARTTLS" and self.tls is not None:
                self.said("220 go on")
                self.connection = self.tls.wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb")
            elif command == "DATA":
                self.said("354 write")
                self.letters.append("".join(iter(lambda: self.rfile.readline().decode(), ".\r\n")))
                self.said("250 taken")
            elif command == "QUIT":
                self.said("221 bye")
                return
            else:
                self.said("250 ok")

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def said(self, text: str) -> None:
        self.connection.sendall(f"{text}\r\n".encode())


class QuietServer(socketserver.ThreadingTCPServer):
    """A client that turns away in the middle of a handshake is what some of these tests are about."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Quiet."""


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    """The port of a server that answers meanwhile."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[misc]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def hook(path: Path) -> Iterator[str]:
    """The address of a webhook behind a certificate."""
    server = HTTPServer((HERE, 0), Hook)
    server.handle_error = lambda *_words: None  # type: ignore[method-assign]
    server.socket = context(path).wrap_socket(server.socket, server_side=True)
    Hook.calls.clear()
    with serving(server) as port:
        yield f"https://{HERE}:{port}/in"


@contextmanager
def mailbox(path: Path, security: str) -> Iterator[int]:
    """The port of a mail server behind a certificate."""
    server = QuietServer((HERE, 0), Mailbox)
    Mailbox.letters.clear()
    Mailbox.tls = context(path) if security == "starttls" else None
    if security == "ssl":
        server.socket = context(path).wrap_socket(server.socket, server_side=True)
    with serving(server) as port:
        yield port


def post(address: str, ca_file: str = "") -> Answer:
    return sending.post(address, {"webhook-id": "1"}, b"{}", allowed=(HERE,), ca_file=ca_file)


def test_a_webhook_is_called_only_behind_a_certificate_that_is_known(tmp_path: Path) -> None:
    path = certificate(tmp_path, HERE)
    with hook(path) as address:
        unknown, known = post(address), post(address, str(path))
    assert (unknown.status, "certificate verify failed" in unknown.text) == (0, True)
    assert known == Answer(200, "")
    assert Hook.calls == [b"{}"], "nothing was sent before the certificate was checked"


def test_a_certificate_for_another_address_is_refused(tmp_path: Path) -> None:
    path = certificate(tmp_path, "192.0.2.7")
    with hook(path) as address:
        answer = post(address, str(path))
    assert (answer.status, Hook.calls) == (0, [])


def test_an_authority_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with hook(certificate(tmp_path, HERE)) as address:
        assert post(address, str(tmp_path / "nothing.pem")).text.startswith("没有接通：")


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_mail_leaves_only_to_a_server_that_is_known(tmp_path: Path, security: str) -> None:
    path = certificate(tmp_path, HERE)

    def mail(port: int, ca_file: str) -> Answer:
        server = MailServer(HERE, port, security, "", "", "gl@example.cn", ca_file)
        return sending.mail(server, ("office@example.cn",), "d1", "提醒", "路灯不亮")

    with mailbox(path, security) as port:
        assert mail(port, "").status == 0
        assert Mailbox.letters == [], "no word of it was read before the certificate was checked"
        assert mail(port, str(path)) == Answer(250, "发信服务器已收下")
    (letter,) = Mailbox.letters
    assert "Message-ID: <d1@gridledger>" in letter
