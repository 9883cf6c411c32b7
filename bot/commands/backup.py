"""Save everything that the desk keeps, and bring it back on another machine or database."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict
from pathlib import Path

import click

from bot.commands.lines import write
from bot.desk import archive
from bot.desk.saving import Saving
from bot.settings import Settings, load_settings

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--unencrypted", is_flag=True, help="Write it so that anybody can read it.")
def backup(file: Path, *, unencrypted: bool) -> None:
    """Save database and attachments into one new FILE, while the product runs.

    It is encrypted to the public key SEEDWARDEN_BACKUP_RECIPIENT. The signing key is not in it.
    """
    settings = load_settings()
    recipient = settings.backup_recipient or None
    if recipient is None and not unencrypted:
        raise click.ClickException(
            "Nothing was written: SEEDWARDEN_BACKUP_RECIPIENT is not set, so anybody who finds the "
            "file could read what customers wrote. Make a pair of keys with 'seedwarden "
            "backup-key FILE', or say --unencrypted."
        )
    if recipient is not None:
        archive.check_recipient(recipient)
    saved = asyncio.run(_saving(settings).backup(file, recipient))
    write([{**asdict(saved), "file": file.name, "encrypted": recipient is not None}])
    click.echo(
        f"Saved {saved.rows} rows and {saved.files['count']} files. The signing key is not in it: "
        "keep SEEDWARDEN_SECRET_KEY elsewhere, or addresses and attachments cannot be read.",
        err=True,
    )
    if saved.missing:
        raise click.ClickException(
            f"{saved.missing} attachments that the database knows are not in the folder and so not "
            "in the backup; all else is. Is SEEDWARDEN_VAR the gateways' own folder? Run it again "
            "there; files of customers who erased their data in this moment may be missing."
        )


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--identity", type=_FILE, help="The file of 'seedwarden backup-key', where it is encrypted."
)
def restore(file: Path, identity: Path | None) -> None:
    """Bring a backup back, into an empty database and an empty folder; all of it or nothing."""
    saving = _saving(load_settings())
    secret = None if identity is None else _identity_of(identity)
    saved = asyncio.run(saving.restore(file, secret))
    write([asdict(saved)])
    click.echo(
        f"Restored {saved.rows} rows and {saved.files['count']} files of {saved.at}; counts and "
        "sums are those of the backup. Whoever was erased since then must be erased again.",
        err=True,
    )
    if not saving.opens(saved):
        click.echo(
            "It was made under another signing key: until that one is in SEEDWARDEN_SECRET_KEY or "
            "SEEDWARDEN_FORMER_KEYS, agents cannot sign in, and addresses and attachments stay "
            "closed.",
            err=True,
        )


@click.command(name="backup-key")
@click.argument("file", type=_FILE)
def backup_key(file: Path) -> None:
    """Make the pair of keys for backups: the secret one into FILE, the public one is printed.

    Take FILE to a place apart from the server; it alone opens the backups.
    """
    identity, recipient = archive.new_identity()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.ClickException(f"{file.name} is there already and was left as it is.") from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(f"# public key: {recipient}\n{identity}\n")
    click.echo(recipient)


def _identity_of(file: Path) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((line.strip() for line in lines if line.strip() and line[0] != "#"), "")


def _saving(settings: Settings) -> Saving:
    return Saving(settings.desk_url, settings.var_folder / "attachments", settings.keys())
