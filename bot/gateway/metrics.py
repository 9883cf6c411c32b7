"""What Prometheus reads; durations in seconds."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

TURNS: Final = Counter("seedwarden_turns", "Turns by how they ended", ["outcome"])
TURN_SECONDS: Final = Histogram(
    "seedwarden_turn_seconds",
    "From the customer's message to the stored reply",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8, 16),
)
SECRETS: Final = Counter(
    "seedwarden_secrets_stopped",
    "Secrets stopped, by kind and by where: browser, gateway or attachment",
    ["kind", "where"],
)
ATTACHMENTS: Final = Counter(
    "seedwarden_attachments", "Files by what became of them: kept, stopped, or why not", ["outcome"]
)
SIGNALS: Final = Counter("seedwarden_signals_raised", "Robberies noticed by signal", ["signal"])
CONTACTS: Final = Counter("seedwarden_contacts_judged", "Contacts in messages", ["verdict"])
WITHHELD: Final = Counter("seedwarden_replies_withheld", "Replies that the outbound guard refused")
AGENT_REFUSALS: Final = Counter(
    "seedwarden_agent_messages_refused", "Agents' messages that the outbound guard refused"
)
REPORTS: Final = Counter("seedwarden_people_reported", "Customers' reports of a person")
GUARD_BROKEN: Final = Counter("seedwarden_guard_broken", "Messages held because the guard failed")
ENGINE_FAILURES: Final = Counter(
    "seedwarden_engine_failures", "Turns that the engine did not answer", ["reason"]
)
ENGINE_WAITING: Final = Gauge(
    "seedwarden_engine_waiting", "Turns that wait at this gateway for a free Rasa"
)
ENGINE_WAIT_SECONDS: Final = Histogram(
    "seedwarden_engine_wait_seconds",
    "How long a turn waited for a free Rasa",
    buckets=(0.1, 0.5, 1, 2, 5, 10, 20, 60),
)
OUTBOX: Final = Counter("seedwarden_outbox_rows", "Rows of the outbox", ["kind", "end"])
STREAMS: Final = Gauge("seedwarden_event_streams", "Open event streams")
IN_PROGRESS: Final = Gauge(
    "seedwarden_turns_in_progress", "Customers' messages that this gateway is answering"
)
DESK_ERRORS: Final = Counter(
    "seedwarden_desk_errors", "Requests that failed on the desk's database", ["reason"]
)
REDIS_AWAY: Final = Gauge("seedwarden_redis_away", "1 while the Redis of the settings is away")
LOOPS_ENDED: Final = Counter(
    "seedwarden_loops_ended", "What ran beside answering and ended by itself", ["loop"]
)

# Looked up when /metrics is read (gauging.py): every gateway tells the same of the shared desk,
# so that dashboards and alerts take the max over gateways, never the sum.
UP: Final = Gauge("seedwarden_part_up", "1 when a part answered just now", ["part"])
QUEUE: Final = Gauge("seedwarden_handoffs_waiting", "Customers who wait for a person")
QUEUE_OLDEST: Final = Gauge(
    "seedwarden_handoffs_oldest_wait_seconds", "How long the first of them has waited"
)
BACKLOG: Final = Gauge("seedwarden_outbox_waiting", "Rows of the outbox not sent yet", ["kind"])
BACKLOG_OLDEST: Final = Gauge(
    "seedwarden_outbox_oldest_due_seconds", "How long the oldest due row has waited"
)
DEAD: Final = Gauge("seedwarden_outbox_dead", "Rows given up within the last day", ["kind"])
OVERDUE: Final = Gauge("seedwarden_tickets_overdue", "Open tickets past the time they were due")
REQUESTS: Final = Counter("seedwarden_requests", "HTTP requests", ["method", "route", "status"])
