"""systemd units and proxies: hardened, unbuffered, bounded, and honest about the address."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.deploy.reading import DEPLOY, KINDS, tool

HARDENED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectControlGroups": "yes",
    "RestrictSUIDSGID": "yes",
    "RestrictNamespaces": "yes",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
}


def unit(kind):
    text = (DEPLOY / f"systemd/seedwarden-{kind}.service").read_text(encoding="utf-8")
    return re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_unit_is_hardened_and_not_root(kind):
    told = dict(unit(kind))
    assert HARDENED.items() <= told.items()
    assert told["User"] not in {"root", "nobody", ""}
    assert told["Restart"] == "always"


@pytest.mark.parametrize("kind", KINDS)
def test_a_unit_takes_its_secrets_as_credentials_and_not_as_words(kind):
    given = {value.split(":")[0] for name, value in unit(kind) if name == "LoadCredential"}
    lines = " ".join(value for name, value in unit(kind) if name == "Environment")
    assert set(re.findall(r"_FILE=%d/(\w+)", lines)) == given
    assert not re.search(r"(TOKEN|KEY|PASSWORD|URL)=", lines)


def test_each_process_has_a_user_and_rasa_gets_nothing_of_the_desk():
    assert len({dict(unit(kind))["User"] for kind in KINDS}) == 3
    rasa = " ".join(value for _, value in unit("rasa"))
    assert "secret_key" not in rasa
    assert "database_url" not in rasa
    assert dict(unit("rasa"))["IPAddressDeny"] == "any"


@pytest.mark.parametrize("kind", KINDS)
def test_systemd_understands_the_unit(kind, tmp_path):
    analyze = tool("systemd-analyze")
    text = (DEPLOY / f"systemd/seedwarden-{kind}.service").read_text(encoding="utf-8")
    # The program lies elsewhere on this machine; everything else is read as it is.
    path = tmp_path / f"seedwarden-{kind}.service"
    path.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE))
    answer = subprocess.run(
        [analyze, "verify", "--man=no", str(path)], check=False, capture_output=True, text=True
    )
    ours = [line for line in answer.stderr.splitlines() if f"seedwarden-{kind}" in line]
    assert ours == []


NGINX = (DEPLOY / "proxy/nginx.conf").read_text(encoding="utf-8")
CADDY = (DEPLOY / "proxy/Caddyfile").read_text(encoding="utf-8")


def location(wanted):
    return re.search(rf"location {re.escape(wanted)} \{{(.*?)\n    \}}", NGINX, re.DOTALL)[1]


def test_nginx_does_not_buffer_events():
    events = location("~ /events$")
    assert "proxy_buffering off;" in events
    assert "gzip off;" in events
    assert "flush_interval -1" in CADDY


def test_a_proxy_says_the_address_itself_and_adds_to_nothing():
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert "proxy_add_x_forwarded_for" not in NGINX
    assert "trusted_proxies" not in CADDY  # without it Caddy replaces what the client claims


def test_a_proxy_bounds_bodies_above_the_gateways_own_limits_only():
    assert "client_max_body_size 20k;" in NGINX
    assert "client_max_body_size 10304k;" in location(
        "~ ^/api/v1/conversations/[0-9a-f]+/attachments$"
    )
    assert {"20KiB", "256KiB", "10304KiB"} == set(re.findall(r"max_size (\w+)", CADDY))


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_operators_read_is_not_shown_to_customers(path):
    assert f"location = {path} {{ return 404; }}" in NGINX
    assert path in re.search(r"@inner path (.*)", CADDY)[1].split()


def test_only_tls_is_spoken():
    assert re.search(r"listen 80;.*?return 308 https://", NGINX, re.DOTALL)
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in NGINX
    assert "auto_https" not in CADDY


def test_nginx_reads_its_file(tmp_path):
    nginx = tool("nginx")
    key, chain = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    subprocess.run(
        [
            tool("openssl"),
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=help.example",
            "-keyout",
            str(key),
            "-out",
            str(chain),
        ],
        check=True,
        capture_output=True,
    )
    (tmp_path / "site.conf").write_text(NGINX.replace("/etc/ssl/seedwarden", str(tmp_path)))
    temporary = "".join(
        f"{name}_temp_path {tmp_path}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"pid {tmp_path}/pid; events {{}} http {{ {temporary} access_log off; "
    (tmp_path / "nginx.conf").write_text(f"{whole} include {tmp_path}/site.conf; }}")
    answer = subprocess.run(
        [
            nginx,
            "-t",
            "-p",
            str(tmp_path),
            "-c",
            str(tmp_path / "nginx.conf"),
            "-e",
            str(tmp_path / "error.log"),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr


def test_caddy_reads_its_file(tmp_path):
    answer = subprocess.run(
        [
            tool("caddy"),
            "validate",
            "--adapter",
            "caddyfile",
            "--config",
            str(DEPLOY / "proxy/Caddyfile"),
        ],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert answer.returncode == 0, answer.stderr
