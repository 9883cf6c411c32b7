"""Mails and the mail server's password leave only over TLS, and only to whom the settings name."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import aiosmtplib
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.gateway.mail import Letter, Postbox
from bot.settings import Settings
from tests.smtp import mail_server

LETTER = Letter("There is news", "Open the page.\n", "en", "news:1")


def certificate(folder, address):
    """A certificate that vouches for itself, and the context of a server that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail server of the tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, secret = folder / "server.pem", folder / "server.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, secret)
    return public, context


def postbox(smtp, folder, tls="starttls"):
    return Postbox(
        Settings(
            var=folder,
            public_url="https://help.example",
            mail_server="127.0.0.1",
            mail_port=smtp.port,
            mail_from="support@help.example",
            mail_user="robin",
            mail_password="open the mailbox",
            mail_tls=tls,
        )
    )


async def test_a_mail_goes_out_over_starttls_with_name_and_password(tmp_path, monkeypatch):
    public, context = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    async with mail_server(context) as smtp:
        await postbox(smtp, tmp_path).post("reader@example.org", LETTER)
        to, mail = await smtp.next()
    assert to == ["reader@example.org"]
    assert mail["Subject"] == "There is news"
    assert smtp.secured == 1
    assert smtp.signed_in == [[b"robin", b"open the mailbox"]]


async def test_a_server_nobody_vouches_for_gets_neither_mail_nor_password(tmp_path):
    _, context = certificate(tmp_path, "127.0.0.1")
    async with mail_server(context) as smtp:
        with pytest.raises((aiosmtplib.SMTPException, OSError)):
            await postbox(smtp, tmp_path).post("reader@example.org", LETTER)
        assert smtp.inbox.empty()
        assert smtp.signed_in == []


async def test_a_certificate_of_another_machine_is_refused(tmp_path, monkeypatch):
    public, context = certificate(tmp_path, "127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    async with mail_server(context) as smtp:
        with pytest.raises((aiosmtplib.SMTPException, OSError)):
            await postbox(smtp, tmp_path).post("reader@example.org", LETTER)
        assert smtp.signed_in == []


async def test_a_server_that_offers_no_tls_gets_neither_mail_nor_password(tmp_path):
    async with mail_server() as smtp:
        with pytest.raises(aiosmtplib.SMTPException):
            await postbox(smtp, tmp_path).post("reader@example.org", LETTER)
        assert smtp.inbox.empty()
        assert smtp.signed_in == []
