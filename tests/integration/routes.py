"""Every way by which a secret can reach this product, each a function that plants some."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import sqlite3
import threading
from contextlib import closing
from urllib.parse import quote

import httpx

from tests.integration.house import ACTION_TOKEN, RASA_TOKEN, until
from tests.integration.shell import Shell
from tests.integration.vectors import KEYS, PIN, Secret, other_secrets, phrases

ROUTES = {}


def route(planter):
    """Register a way; its name is the function's."""
    ROUTES[planter.__name__] = planter
    return planter


class Planter:
    """Sends secrets and remembers which, and what came back."""

    def __init__(self, house):
        self.house = house
        self.planted = {secret.name: secret for secret in other_secrets()}
        self.answers = {}
        self._phrases = phrases()
        self._count = 0
        self._routes = []
        # A failed database may close a connection; no request shall suffer for the one before.
        fresh = httpx.Limits(max_keepalive_connections=0)
        self.http = httpx.Client(base_url=house.gateway, timeout=30, trust_env=False, limits=fresh)
        self.shell = Shell(house, "--enable-api")
        self.shell_nlu = Shell(house, "nlu")

    def close(self):
        """End what was started."""
        self.http.close()
        self.shell.close()
        self.shell_nlu.close()

    def phrase(self):
        """A phrase that was not planted anywhere else."""
        secret = next(self._phrases)
        self.planted[secret.name] = secret
        return secret

    def phrases(self, count=10):
        """As many phrases, one in each language first."""
        return [self.phrase() for _ in range(count)]

    def plant(self, name):
        """Go one way."""
        self._routes.append(name)
        self.answers[name] = []
        ROUTES[name](self)

    def heard(self, answer):
        """Remember what came back on this way."""
        self.answers[self._routes[-1]].append(answer)
        return answer

    def begin(self, language="en"):
        """A new conversation: its id and its headers."""
        begun = self.http.post("/api/v1/conversations", json={"language": language}).json()
        return begun["id"], {"Authorization": f"Bearer {begun['token']}"}

    def send(self, conversation, **body):
        """Send one message of a conversation."""
        self._count += 1
        where, headers = conversation
        body = {"client_id": f"c{self._count}", **body}
        path = f"/api/v1/conversations/{where}/messages"
        return self.heard(self.http.post(path, json=body, headers=headers))

    def post(self, conversation, content, **headers):
        """Send bytes as a message."""
        where, own = conversation
        path = f"/api/v1/conversations/{where}/messages"
        headers = {"Content-Type": "application/json", **own, **headers}
        return self.heard(self.http.post(path, content=content, headers=headers))

    def rasa(self, method, path, *, token=RASA_TOKEN, **more):
        """Call Rasa on loopback."""
        headers = {"X-Seedwarden-Token": token} if token else {}
        return self.heard(
            httpx.request(
                method,
                f"{self.house.rasa}{path}",
                headers=headers,
                timeout=30,
                trust_env=False,
                **more,
            )
        )


# ── the public door ──────────────────────────────────────────────────────────────


@route
def as_a_message(p):
    for language in ("en", "zh"):
        conversation = p.begin(language)
        for secret in [*p.phrases(6), *other_secrets()]:
            p.send(conversation, text=secret.sentence)


@route
def inside_a_sentence(p):
    conversation = p.begin()
    for before, after in (
        ("please help, my words are: ", " what now?"),
        ("我的助记词是", "，怎么办"),
    ):
        for secret in p.phrases(5):
            p.send(conversation, text=f"{before}{secret.text}{after}")


@route
def numbered_on_lines(p):
    conversation = p.begin()
    for secret in p.phrases(5):
        lines = (f"{number}. {word}" for number, word in enumerate(secret.words, 1))
        p.send(conversation, text="\n".join(lines))


@route
def as_an_answer_inside_a_case(p):
    conversation = p.begin()
    p.send(conversation, text="my Ledger does not turn on")
    for secret in [*p.phrases(4), *other_secrets()]:
        p.send(conversation, text=secret.sentence)


@route
def split_over_messages(p):
    conversation = p.begin()
    secret = Secret("phrase split", VOID, tuple(VOID.split()))
    p.planted[secret.name] = secret
    for at in range(0, 24, 4):
        p.send(conversation, text=" ".join(secret.words[at : at + 4]))


VOID = (
    "void come effort suffer camp survey warrior heavy shoot primary clutch crush "
    "open amazing screen patrol group space point ten exist slush involve unfold"
)


@route
def after_a_slash(p):
    conversation = p.begin()
    for secret in p.phrases(3):
        p.send(conversation, text=f"/{secret.text}")
        p.send(conversation, text=f'/choose{{"choice": "{secret.text}"}}')
        p.send(conversation, text=f'/secret_shared{{"kind": "{KEYS["WIF"]}"}}')


@route
def as_a_choice(p):
    conversation = p.begin()
    for secret in [*p.phrases(2), *other_secrets()]:
        p.send(conversation, choice=secret.text[:200])


@route
def as_the_client_id(p):
    conversation = p.begin()
    for secret in [*p.phrases(2), *other_secrets()]:
        p.send(conversation, client_id=secret.text, text="hello")
    for name in ("WIF", "hex key", "BIP-38"):
        p.send(conversation, client_id=KEYS[name], text="hello again")


@route
def in_metadata_and_other_fields(p):
    conversation = p.begin()
    for secret in p.phrases(2):
        p.send(conversation, text="hello", metadata={"note": secret.text})
        p.send(conversation, text="hello", **{secret.text: 1})
        for body in (
            {"language": secret.text},
            {"channel": secret.text},
            {"language": "en", "metadata": [secret.text]},
        ):
            p.heard(p.http.post("/api/v1/conversations", json=body))


@route
def in_the_path(p):
    secret, (where, headers) = p.phrase(), p.begin()
    for text in (secret.text, KEYS["WIF"], KEYS["hex key"]):
        part = quote(text)
        for path in (f"/{part}", f"/api/v1/{part}", f"/api/v1/conversations/{part}/messages"):
            p.heard(p.http.get(path, headers=headers))
            p.heard(p.http.post(path, json={}, headers=headers))
            p.heard(p.http.request(part[:20], path, headers=headers))
        p.heard(p.http.get(f"/api/v1/conversations/{where}/{part}", headers=headers))


@route
def in_the_query(p):
    secret, (where, headers) = p.phrase(), p.begin()
    for text in (secret.text, KEYS["xprv"], KEYS["hex key"]):
        for path in ("/", "/verify", "/healthz", f"/api/v1/conversations/{where}/messages"):
            query = {"after": text, "q": text, text: "x"}
            p.heard(p.http.get(path, params=query, headers=headers))


@route
def in_headers(p):
    where, headers = p.begin()
    secret = p.phrase()
    names = ("User-Agent", "Last-Event-ID", "Accept-Language", "X-Forwarded-For", "Cookie")
    names += ("Referer", "Origin", "X-Request-ID", "Host", "Content-Type", "Authorization")
    for name in names:
        for text in (secret.text, KEYS["WIF"]):
            given = {**headers, name: text.encode()}
            for method, call in (("GET", "messages"), ("POST", "messages"), ("GET", "who")):
                path = f"/api/v1/conversations/{where}/{call}"
                p.heard(p.http.request(method, path, headers=given))
    for text in (secret.text, KEYS["WIF"]):
        given = {"Authorization": f"Bearer {text}".encode()}
        p.heard(p.http.get(f"/api/v1/conversations/{where}/messages", headers=given))


@route
def in_malformed_bodies(p):
    conversation = p.begin()
    for secret in p.phrases(3):
        text = secret.text.encode()
        p.post(conversation, b'{"client_id": "c", "text": "' + text)
        p.post(conversation, text)
        p.post(conversation, b'["' + text + b'"]')
        p.post(conversation, b'{"client_id": "c", "text": ["' + text + b'"]}')
        p.post(conversation, b'{"client_id": "c", "text": "\\ud800 ' + text + b'"}')
        p.post(conversation, b'{"client_id": "c", "text": "\\u0000 ' + text + b'"}')
        p.post(conversation, b'{"client_id": "c", "text": "' + text + b' \xff"}')
        p.post(conversation, text, **{"Content-Type": "text/plain"})
        p.post(conversation, b"text=" + text, **{"Content-Type": "multipart/form-data; boundary=x"})
        p.post(conversation, secret.text.encode("utf-16"))


@route
def in_texts_that_are_too_long(p):
    conversation = p.begin()
    for secret in p.phrases(2):
        p.send(conversation, text=f"{secret.text} " * 60)
        p.send(conversation, text=f"{secret.text} " * 900)


@route
def in_broken_http(p):
    secret = p.phrase().text.encode()
    for port in (p.house.port, p.house.rasa_port, p.house.action_port):
        for line in (secret + b"\r\n\r\n", b"GET " + secret + b" HTTP/1.1\r\n\r\n"):
            p.heard(_raw(port, line))
        header = b"GET / HTTP/1.1\r\nHost: a\r\n" + secret + b": " + secret + b"\r\n\r\n"
        p.heard(_raw(port, header))
        chunk = b"POST /webhook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        p.heard(_raw(port, chunk + secret + b"\r\n"))
        p.heard(_raw(port, chunk.replace(b"chunked", secret)))


def _raw(port, data):
    with closing(socket.create_connection(("127.0.0.1", port), 5)) as line:
        line.settimeout(2)
        try:
            line.sendall(data)
            return line.recv(65_536)
        except OSError:
            return b""


@route
def in_an_event_stream(p):
    where, headers = p.begin()
    path, seen = f"/api/v1/conversations/{where}/events", []

    def listen():
        with httpx.stream(
            "GET", p.house.gateway + path, headers=headers, timeout=5, trust_env=False
        ) as answer:
            for line in answer.iter_lines():
                seen.append(line)
                if sum(line == "event: message" for line in seen) == 4:
                    return

    listener = threading.Thread(target=listen)
    listener.start()
    until(lambda: seen, "the stream is open")
    for secret in p.phrases(2):
        p.send((where, headers), text=secret.sentence)
    listener.join(10)
    p.heard("\n".join(seen))
    for text in (p.phrase().text, KEYS["xprv"]):
        given = {**headers, "Last-Event-ID": text.encode()}
        with p.http.stream("GET", path, headers=given) as answer:
            p.heard(next(answer.iter_lines()))


@route
def at_verify(p):
    for secret in [*p.phrases(4), *other_secrets()]:
        p.heard(p.http.post("/api/v1/verify", json={"contact": secret.sentence}))
        p.heard(
            p.http.post("/api/v1/verify", json={"contact": f"https://ledger.com/{KEYS['WIF']}"})
        )


# ── Rasa and the action server on loopback ───────────────────────────────────────


@route
def at_rasas_channel_without_a_token(p):
    webhook = "/webhooks/gateway/webhook"
    for secret in p.phrases(2):
        body = {"sender": "0" * 32, "message": secret.text, "metadata": {"note": secret.text}}
        p.rasa("POST", webhook, token="", json=body)
        p.rasa("POST", webhook, token=KEYS["WIF"], json=body)
        p.rasa("POST", f"{webhook}?{quote(secret.text)}", token="", content=secret.text.encode())


@route
def at_rasas_channel_with_its_token(p):
    webhook = "/webhooks/gateway/webhook"
    for number, secret in enumerate([*p.phrases(4), *other_secrets()]):
        sender = f"{number:032x}"
        text = secret.sentence
        metadata = {"language": text, "conversation": text, "at": text}
        body = {"sender": sender, "message": text, "metadata": metadata}
        p.rasa("POST", webhook, json=body)
        payloads = (f'/choose{{"choice": {json.dumps(text)}}}', f'/greet{{"vendor": "{text}"}}')
        for message in (*payloads, f"/{text}", f"EXTERNAL: {text}"):
            p.rasa("POST", webhook, json={"sender": sender, "message": message})
        for told in {text, secret.text} - {PIN}:
            p.rasa("POST", webhook, json={"sender": told, "message": "hello"})
        p.rasa("POST", webhook, json={"sender": sender, "message": {"text": text}})
        p.rasa("POST", webhook, json={"sender": sender, "message": "hello", "metadata": text})
        p.rasa("POST", webhook, content=text.encode())
        p.rasa("DELETE", f"/webhooks/gateway/conversations/{quote(text, safe='')}")


@route
def at_rasas_api_which_is_not_there(p):
    secret = p.phrase()
    text = secret.text
    for path in (
        "/model/parse",
        f"/conversations/{'0' * 32}/messages",
        f"/conversations/{'0' * 32}/tracker/events",
        f"/conversations/{'0' * 32}/trigger_intent",
        f"/conversations/{quote(text)}/messages",
        "/webhooks/rest/webhook",
        f"/webhooks/{quote(text)}",
    ):
        answer = p.rasa("POST", path, json={"text": text, "sender": "user", "message": text})
        assert answer.status_code in {404, 405}, path


@route
def at_the_action_server(p):
    secret = p.phrase()
    call = {
        "next_action": "action_start_case",
        "sender_id": "0" * 32,
        "tracker": {"sender_id": "0" * 32, "latest_message": {"text": secret.text}, "events": []},
    }
    for token in ("", KEYS["WIF"], ACTION_TOKEN):
        for body in (
            json.dumps(call),
            json.dumps(call | {"next_action": secret.text}),
            json.dumps(call | {"tracker": secret.text}),
            secret.text,
        ):
            headers = {"X-Seedwarden-Token": token}
            where = f"{p.house.actions}/webhook?{quote(secret.text)}"
            p.heard(httpx.post(where, content=body.encode(), headers=headers, trust_env=False))


# ── Rasa without our gateway, as a developer starts it ───────────────────────────


@route
def in_rasa_shell(p):
    p.shell.wait_until_loaded()
    for secret in [*p.phrases(3), *other_secrets()]:
        p.shell.type(secret.sentence)


@route
def in_rasa_shell_nlu(p):
    p.shell_nlu.wait_until_loaded()
    for secret in [*p.phrases(3), *other_secrets()]:
        p.shell_nlu.type(secret.sentence)


@route
def at_rasas_api_when_somebody_opens_it(p):
    about = f"/conversations/{'b' * 32}"
    p.opened = p.phrases(3)
    for text in (secret.text for secret in p.opened):
        told = {"text": text, "intent": {"name": "greet"}, "entities": [{"value": text}]}
        event = {"event": "user", "text": text, "metadata": {"note": text}, "parse_data": told}
        for path, body in (
            ("/model/parse", {"text": text}),
            (f"{about}/messages", {"text": text, "sender": "user"}),
            (f"{about}/tracker/events", event),
            (f"{about}/tracker/events", {"event": "slot", "name": "case", "value": text}),
            (f"{about}/tracker/events", {"event": text}),
            (f"{about}/trigger_intent", {"name": "greet", "entities": {"vendor": text}}),
            (f"{about}/execute", {"name": "action_small_talk", "policy": text}),
            ("/webhooks/rest/webhook", {"sender": "b" * 32, "message": text}),
            ("/webhooks/rest/webhook", {"sender": "b" * 32, "message": {"text": text}}),
            (f"/webhooks/rest/webhook?{quote(text)}", {"sender": text, "message": text}),
        ):
            with contextlib.suppress(httpx.RemoteProtocolError):  # a refused sender ends the line
                url = f"http://127.0.0.1:{p.shell.port}{path}"
                httpx.post(url, json=body, timeout=30, trust_env=False)


# ── while something fails ────────────────────────────────────────────────────────


@route
def while_an_action_fails(p):
    where = p.begin()
    for failure in (_broken_line, _traceback_of_the_request, _nonsense, _no_object):
        p.house.recorder.meddle = failure
        try:
            for secret in [p.phrase(), *other_secrets()[-2:]]:
                p.send(where, text=secret.sentence)
                body = {"sender": "a" * 32, "message": secret.sentence}
                p.rasa("POST", "/webhooks/gateway/webhook", json=body)
        finally:
            p.house.recorder.meddle = None


def _broken_line(_):
    raise OSError


def _traceback_of_the_request(request):
    body = json.dumps({"error": "boom", "request_body": request.decode("utf-8", "replace")})
    return _answer(500, body.encode())


def _nonsense(request):
    return _answer(200, b"no JSON " + request)


def _no_object(request):
    return _answer(200, json.dumps([request.decode("utf-8", "replace")]).encode())


def _answer(status, body):
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


@route
def while_the_action_server_hangs(p):
    where, secret = p.begin(), p.phrase()
    p.house.send("actions", signal.SIGSTOP)
    try:
        p.send(where, text=secret.sentence)
    finally:
        p.house.send("actions", signal.SIGCONT)


@route
def while_the_desks_database_is_locked(p):
    where, secret = p.begin(), p.phrase()
    with _locked(p.house.var / "desk.db"):
        more = {"text": secret.sentence}
        sender = threading.Thread(target=p.send, args=(where,), kwargs=more)
        sender.start()
        for message in ("/talk_to_human", f'/talk_to_human{{"time": "{secret.text}"}}'):
            body = {"sender": where[0], "message": message}
            p.rasa("POST", "/webhooks/gateway/webhook", json=body)
        sender.join()


@route
def while_rasas_database_is_locked(p):
    where = p.begin()
    with _locked(p.house.var / "rasa.db"):
        secret = p.phrase()
        p.send(where, text=secret.sentence)
        body = {"sender": where[0], "message": secret.sentence}
        p.rasa("POST", "/webhooks/gateway/webhook", json=body)


@route
def while_rasas_database_is_broken(p):
    where = p.begin()
    with closing(sqlite3.connect(p.house.var / "rasa.db", timeout=20)) as database:
        database.execute("ALTER TABLE rasa_trackers RENAME TO away")
        try:
            for secret in [p.phrase(), *other_secrets()[-2:]]:
                p.send(where, text=secret.sentence)
                body = {"sender": where[0], "message": secret.sentence}
                p.rasa("POST", "/webhooks/gateway/webhook", json=body)
        finally:
            database.execute("DROP TABLE IF EXISTS rasa_trackers")
            database.execute("ALTER TABLE away RENAME TO rasa_trackers")


@route
def while_the_desks_table_is_gone(p):
    where = p.begin()
    with closing(sqlite3.connect(p.house.var / "desk.db", timeout=20)) as database:
        database.execute("ALTER TABLE message RENAME TO away")
        try:
            for secret in [p.phrase(), *other_secrets()[-2:]]:
                p.send(where, text=secret.sentence)
        finally:
            database.execute("ALTER TABLE away RENAME TO message")


class _locked:  # noqa: N801 - reads as a word
    """An exclusive lock on a database for as long as the block runs."""

    def __init__(self, path):
        self._database = sqlite3.connect(path, timeout=20, isolation_level=None)

    def __enter__(self):
        self._database.execute("BEGIN EXCLUSIVE")

    def __exit__(self, *_):
        self._database.execute("ROLLBACK")
        self._database.close()
