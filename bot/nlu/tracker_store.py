"""Where Rasa keeps conversations: one row a conversation, scrubbed, short, erasable.

SQLite by default, PostgreSQL by its address. Any failure ends the turn (``TurnFailed``
passes Rasa's own fallback to memory), and no error ever shows a statement's parameters.
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.conversation import Dialogue
from rasa.shared.core.events import Event, UserUttered
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.nlu import choke_point, turn
from bot.nlu.compaction import compact
from bot.nlu.scrubbing import safe_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rasa.core.agent import Agent
    from rasa.core.brokers.broker import EventBroker
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.trackers import DialogueStateTracker

choke_point.install()

SENDER: Final = r"[A-Za-z0-9:_-]{1,48}"
"""What a conversation's id looks like; anything else is refused before it meets a database.

Shorter than any private key that fits the signs: a WIF key has 51, a hexadecimal one 64."""

KEEP_SECONDS: Final = 7 * 24 * 3600
"""Trackers idle for longer are erased: the desk owns the conversation, this is a scratchpad."""

PURGE_EVERY: Final = 3600

_DRIVERS: Final = {
    "postgres": "postgresql+psycopg2",
    "postgresql": "postgresql+psycopg2",
    "postgresql+asyncpg": "postgresql+psycopg2",
    "sqlite+aiosqlite": "sqlite",
}
_SCRUBBED: Final = "seedwarden_scrubbed"
"""Attribute of an event that came from the store, where it was scrubbed on its way in."""
_VERSION: Final = "seedwarden_version"
"""Attribute of a tracker: which version of its row it continues, by the time of its last turn."""

_log: Final = logging.getLogger(__name__)
_metadata: Final = sa.MetaData()
_trackers: Final = sa.Table(
    "rasa_trackers",
    _metadata,
    sa.Column("sender", sa.String(64), primary_key=True),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("touched_at", sa.Float, nullable=False, index=True),
)


def store_behind(agent: Agent) -> SeedwardenTrackerStore | None:
    """Our store, if it is the one the agent really uses."""
    store = agent.tracker_store
    if isinstance(store, FailSafeTrackerStore):
        store = store._tracker_store  # noqa: SLF001 - Rasa gives no other way to look inside
    return store if isinstance(store, SeedwardenTrackerStore) else None


class SeedwardenTrackerStore(TrackerStore):
    """Rasa's tracker store, named by class path in endpoints.yml; ``host`` is the address."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._engine = _make_engine(host or _default_url())
        self._has_table = False
        self._purged_at = 0.0

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Publish the new events, then keep the shortened conversation.

        What another process kept since this tracker was read is never overwritten.

        Raises:
            TrackerUnavailable: nothing was kept.
            SenderRefused: the id is not one of ours.
        """
        _check_sender(tracker.sender_id)
        _report_intent(tracker)
        bodies = {id(event): _body(event) for event in tracker.events}
        await self._publish(tracker, bodies)
        events = compact(tracker.sender_id, list(tracker.events), self.domain.slots)
        rows = [bodies.get(id(event)) or _body(event) for event in events]
        try:
            written = json.dumps(rows, ensure_ascii=False)
            version = self._write(tracker.sender_id, written, getattr(tracker, _VERSION, None))
            setattr(tracker, _VERSION, version)
            self._purge_now_and_then()
        except (SQLAlchemyError, ValueError, OSError) as error:
            raise turn.TrackerUnavailable(type(error).__name__) from None

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation as kept, None when there is none.

        Raises:
            TrackerUnavailable: it could not be read.
            SenderRefused: the id is not one of ours.
        """
        _check_sender(sender_id)
        try:
            kept = self._read(sender_id)
            return None if kept is None else self._rebuild(sender_id, *kept)
        except (SQLAlchemyError, ValueError, KeyError, TypeError, OSError) as error:
            raise turn.TrackerUnavailable(type(error).__name__) from None

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations kept."""
        try:
            with self._begin() as connection:
                return list(connection.execute(sa.select(_trackers.c.sender)).scalars())
        except (SQLAlchemyError, OSError) as error:
            raise turn.TrackerUnavailable(type(error).__name__) from None

    def delete(self, sender_id: str) -> None:
        """Erase one conversation, on the disk too.

        Raises:
            TrackerUnavailable: it may still be there; ask again.
        """
        _check_sender(sender_id)
        try:
            with self._begin() as connection:
                connection.execute(sa.delete(_trackers).where(_trackers.c.sender == sender_id))
            self._wipe_journal()
        except (SQLAlchemyError, OSError) as error:
            raise turn.TrackerUnavailable(type(error).__name__) from None

    def purge(self, idle_seconds: float = KEEP_SECONDS) -> int:
        """Erase conversations without a turn for that long; gives back how many."""
        before = time.time() - idle_seconds
        with self._begin() as connection:
            gone = connection.execute(sa.delete(_trackers).where(_trackers.c.touched_at < before))
        if gone.rowcount:
            self._wipe_journal()
        return int(gone.rowcount)

    def is_reachable(self) -> bool:
        """True when the database answers."""
        try:
            with self._begin() as connection:
                connection.execute(sa.select(sa.literal(1)))
        except (SQLAlchemyError, OSError):
            return False
        return True

    def _begin(self) -> Any:
        if not self._has_table:
            _metadata.create_all(self._engine)
            self._has_table = True
        return self._engine.begin()

    def _read(self, sender_id: str) -> tuple[str, float] | None:
        wanted = sa.select(_trackers.c.events, _trackers.c.touched_at)
        with self._begin() as connection:
            row = connection.execute(wanted.where(_trackers.c.sender == sender_id)).one_or_none()
        return None if row is None else (row.events, row.touched_at)

    def _write(self, sender_id: str, events: str, version: float | None) -> float:
        """Keep the events over the row of ``version``, or as a new one; gives their version."""
        values: dict[str, Any] = {"events": events, "touched_at": _later_than(version)}
        mine = (_trackers.c.sender == sender_id) & (_trackers.c.touched_at == version)
        with self._begin() as connection:
            if version is None:  # a row that stands there already breaks this
                connection.execute(sa.insert(_trackers).values(sender=sender_id, **values))
            elif connection.execute(sa.update(_trackers).where(mine).values(values)).rowcount == 0:
                raise turn.TrackerUnavailable("overtaken")
        return float(values["touched_at"])

    def _rebuild(self, sender_id: str, kept: str, version: float) -> DialogueStateTracker:
        events = [_event(parameters) for parameters in json.loads(kept)]
        for event in events:
            setattr(event, _SCRUBBED, True)
        tracker = self.init_tracker(sender_id)
        tracker.recreate_from_dialogue(Dialogue(sender_id, events))
        setattr(tracker, _VERSION, version)
        return tracker

    async def _publish(
        self, tracker: DialogueStateTracker, bodies: dict[int, dict[str, Any]]
    ) -> None:
        if self.event_broker is None:
            return
        for event in tracker.events:
            if not getattr(event, _SCRUBBED, False):
                self.event_broker.publish({"sender_id": tracker.sender_id, **bodies[id(event)]})

    def _purge_now_and_then(self) -> None:
        if time.monotonic() - self._purged_at > PURGE_EVERY or not self._purged_at:
            self._purged_at = time.monotonic()
            self.purge()

    def _wipe_journal(self) -> None:
        """SQLite keeps deleted text in its journal until that is written back."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))


def _event(parameters: dict[str, Any]) -> Event:
    return _class_of(parameters["event"])._from_parameters(parameters)  # noqa: SLF001 - as Rasa does


@lru_cache(maxsize=64)
def _class_of(name: str) -> type[Event]:
    """Rasa looks through all classes for each event: a tenth of a turn (bench/turns.md)."""
    found = Event.resolve_by_type(name)
    if found is None:
        raise ValueError(name)
    return found


def _later_than(version: float | None) -> float:
    """Now, or a moment after the row's own time where another machine's clock is ahead."""
    return time.time() if version is None else max(time.time(), version + 0.001)


def _default_url() -> str:
    return f"sqlite:///{os.environ.get('SEEDWARDEN_VAR') or 'var'}/rasa.db"


def _make_engine(address: str) -> sa.engine.Engine:
    url = make_url(address)
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    options: dict[str, Any] = {"hide_parameters": True, "future": True, "pool_pre_ping": True}
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            Path(url.database).resolve().parent.mkdir(parents=True, exist_ok=True)
        # Kept open: closing SQLite's last connection writes its whole journal back, every turn.
        options |= {"poolclass": sa.pool.QueuePool, "pool_size": 1, "max_overflow": 4}
        sharing = {"timeout": 3, "check_same_thread": False}
        engine = sa.create_engine(url, connect_args=sharing, **options)
        sa.event.listen(engine, "connect", _set_up_sqlite)
        return engine
    options |= {"pool_size": 5, "max_overflow": 5, "connect_args": {"connect_timeout": 3}}
    return sa.create_engine(url, **options)


def _set_up_sqlite(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _check_sender(sender_id: Any) -> None:
    if not isinstance(sender_id, str) or not re.fullmatch(SENDER, sender_id):
        raise turn.SenderRefused


def _body(event: Event) -> dict[str, Any]:
    """The event as it may be kept and published."""
    body: dict[str, Any] = event.as_dict()
    return body if getattr(event, _SCRUBBED, False) else safe_json(body)


def _report_intent(tracker: DialogueStateTracker) -> None:
    """Tell the waiting channel what the message was taken for, even if Rasa reverted it."""
    under_way = turn.current.get()
    events = reversed(tracker.events)
    said = next((event for event in events if isinstance(event, UserUttered)), None)
    if under_way is not None and said is not None:
        confidence = float(said.intent.get("confidence") or 0.0)
        under_way.intent = {"name": said.intent_name, "confidence": round(confidence, 4)}
