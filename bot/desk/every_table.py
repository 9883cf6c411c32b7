"""Every module with tables: once this is imported, ``Base.metadata`` knows all of them."""

from bot.desk import (
    attachment_tables,
    canned_tables,
    door_tables,
    handoff_tables,
    outbox_tables,
    outside_tables,
    page_tables,
    people_tables,
    proof_tables,
    tables,
    tally_tables,
)

MODULES = (
    attachment_tables,
    canned_tables,
    door_tables,
    handoff_tables,
    outbox_tables,
    outside_tables,
    page_tables,
    people_tables,
    proof_tables,
    tables,
    tally_tables,
)
