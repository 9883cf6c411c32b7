from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text

from bot.desk.credentials import Passwords, Seal, SealBroken
from bot.desk.database import migrate, open_database
from bot.desk.people import LoginUnusable
from bot.desk.people_models import (
    LastAdmin,
    LockedOut,
    LoginTaken,
    NewAgent,
    PasswordWeak,
    SessionInvalid,
    SetupInvalid,
    SignInRefused,
)
from bot.desk.staff import Staff
from bot.keys import Keys

PASSWORD = "correct horse staple 7"
KEY = b"k" * 32


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    def __call__(self):
        return self.now

    def move(self, **by):
        self.now += timedelta(**by)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def staff(migrated_sqlite, clock):
    staff = Staff(open_database(migrated_sqlite), Seal(Keys(KEY)), clock=clock)
    yield staff
    await staff.close()


@pytest.fixture
async def staff_anywhere(database_url, clock):
    """On both databases, for what depends on who comes first."""
    await migrate(database_url)
    staff = Staff(open_database(database_url), Seal(Keys(KEY)), clock=clock)
    yield staff
    await staff.close()


def code(enrolment, clock):
    return pyotp.TOTP(enrolment.secret).at(clock.now)


async def enrolled(staff, clock, login="mei", role="agent"):
    """A person who went through the set-up; gives what their authenticator app holds."""
    setup = await staff.add(NewAgent(login, "Mei Lin", role), "cli")
    enrolment = await staff.choose_password(setup.token, PASSWORD)
    recovery = await staff.finish_setup(setup.token, code(enrolment, clock))
    clock.move(seconds=60)
    return enrolment, recovery


async def signed_in(staff, clock, enrolment, login="mei"):
    first = await staff.sign_in(login, PASSWORD)
    return await staff.second_step(first.token, code(enrolment, clock))


async def test_a_person_sets_up_with_the_token_and_signs_in_with_two_steps(staff, clock):
    enrolment, recovery = await enrolled(staff, clock)
    session = await signed_in(staff, clock, enrolment)
    agent = await staff.signed_in(session.token)
    assert (agent.login, agent.name, agent.role) == ("mei", "Mei Lin", "agent")
    assert len(agent.badge) == 4
    assert len(set(recovery)) == 10


async def test_the_set_up_token_is_good_once_and_for_a_day(staff, clock):
    setup = await staff.add(NewAgent("mei", "Mei", "agent"), "cli")
    enrolment = await staff.choose_password(setup.token, PASSWORD)
    await staff.finish_setup(setup.token, code(enrolment, clock))
    with pytest.raises(SetupInvalid):
        await staff.choose_password(setup.token, PASSWORD)
    late = await staff.add(NewAgent("old", "Old", "agent"), "cli")
    clock.move(hours=24)
    with pytest.raises(SetupInvalid):
        await staff.choose_password(late.token, PASSWORD)


async def test_a_set_up_without_its_second_step_lets_nobody_in(staff, clock):
    setup = await staff.add(NewAgent("mei", "Mei", "agent"), "cli")
    await staff.choose_password(setup.token, PASSWORD)
    with pytest.raises(SignInRefused):
        await staff.finish_setup(setup.token, "000000")
    with pytest.raises(SignInRefused):
        await staff.sign_in("mei", PASSWORD)


@pytest.mark.parametrize(
    "password", ["short", "mei-and-long-enough", "aaaaaaaaaaaaaaaa", "x" * 201]
)
async def test_a_password_that_would_be_guessed_first_is_refused(staff, password):
    setup = await staff.add(NewAgent("mei", "Mei", "agent"), "cli")
    with pytest.raises(PasswordWeak):
        await staff.choose_password(setup.token, password)


async def test_the_first_step_alone_opens_nothing(staff, clock):
    await enrolled(staff, clock)
    first = await staff.sign_in("mei", PASSWORD)
    with pytest.raises(SessionInvalid):
        await staff.signed_in(first.token)


async def test_the_second_step_needs_the_first_within_five_minutes(staff, clock):
    enrolment, _ = await enrolled(staff, clock)
    first = await staff.sign_in("mei", PASSWORD)
    clock.move(minutes=5)
    with pytest.raises(SessionInvalid):
        await staff.second_step(first.token, code(enrolment, clock))


async def test_a_code_is_taken_once_even_when_shown_twice_at_the_same_moment(staff_anywhere, clock):
    staff = staff_anywhere
    enrolment, _ = await enrolled(staff, clock)
    firsts = [await staff.sign_in("mei", PASSWORD) for _ in range(2)]
    shown = code(enrolment, clock)
    results = await asyncio.gather(
        *(staff.second_step(first.token, shown) for first in firsts), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["SignInRefused", "SignedIn"]


async def test_a_recovery_code_replaces_the_app_once_however_it_is_typed(staff, clock):
    _, recovery = await enrolled(staff, clock)
    first = await staff.sign_in("mei", PASSWORD)
    typed = f" {recovery[0].upper().replace('-', ' ')} "
    assert (await staff.second_step(first.token, typed)).is_full
    again = await staff.sign_in("mei", PASSWORD)
    with pytest.raises(SignInRefused):
        await staff.second_step(again.token, recovery[0])


async def test_unknown_people_and_wrong_passwords_are_refused_alike(staff, clock):
    await enrolled(staff, clock)
    for login in ("mei", "nobody"):
        with pytest.raises(SignInRefused):
            await staff.sign_in(login, "wrong password 1")


async def test_after_five_failures_even_the_right_password_waits_and_longer_each_time(staff, clock):
    await enrolled(staff, clock)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            await staff.sign_in("mei", "wrong password 1")
    with pytest.raises(LockedOut) as first:
        await staff.sign_in("mei", PASSWORD)
    clock.move(seconds=first.value.retry_after)
    with pytest.raises(SignInRefused):
        await staff.sign_in("mei", "wrong password 1")
    with pytest.raises(LockedOut) as second:
        await staff.sign_in("mei", PASSWORD)
    assert second.value.retry_after == 2 * first.value.retry_after
    clock.move(seconds=second.value.retry_after)
    assert await staff.sign_in("mei", PASSWORD)


async def test_a_sign_in_that_succeeds_forgets_the_failures(staff, clock):
    enrolment, _ = await enrolled(staff, clock)
    for _ in range(4):
        with pytest.raises(SignInRefused):
            await staff.sign_in("mei", "wrong password 1")
    await signed_in(staff, clock, enrolment)
    with pytest.raises(SignInRefused):
        await staff.sign_in("mei", "wrong password 1")
    assert await staff.sign_in("mei", PASSWORD)


async def test_a_session_ends_after_an_idle_hour_and_after_twelve_in_any_case(staff, clock):
    enrolment, _ = await enrolled(staff, clock)
    session = await signed_in(staff, clock, enrolment)
    for _ in range(13):
        clock.move(minutes=55)
        await staff.signed_in(session.token)
    clock.move(minutes=55)
    with pytest.raises(SessionInvalid):
        await staff.signed_in(session.token)
    other = await signed_in(staff, clock, enrolment)
    clock.move(hours=1)
    with pytest.raises(SessionInvalid):
        await staff.signed_in(other.token)


async def test_signing_out_everywhere_ends_all_of_ones_sessions_and_nobody_elses(staff, clock):
    mine, _ = await enrolled(staff, clock)
    other, _ = await enrolled(staff, clock, "ken")
    sessions = []
    for _ in range(2):
        sessions.append(await signed_in(staff, clock, mine))
        clock.move(seconds=60)
    kens = await signed_in(staff, clock, other, "ken")
    await staff.sign_out_everywhere(sessions[0].agent)
    for session in sessions:
        with pytest.raises(SessionInvalid):
            await staff.signed_in(session.token)
    assert (await staff.signed_in(kens.token)).login == "ken"


async def test_a_disabled_person_is_out_at_once_and_a_reset_one_sets_up_anew(staff, clock):
    enrolment, _ = await enrolled(staff, clock)
    session = await signed_in(staff, clock, enrolment)
    await staff.disable("mei", "cli")
    with pytest.raises(SessionInvalid):
        await staff.signed_in(session.token)
    with pytest.raises(SignInRefused):
        await staff.sign_in("mei", PASSWORD)
    setup = await staff.reset("mei", "cli")
    with pytest.raises(SignInRefused):
        await staff.sign_in("mei", PASSWORD)
    assert await staff.choose_password(setup.token, PASSWORD)


async def test_the_only_admin_cannot_be_disabled_but_the_second_can(staff):
    await staff.add(NewAgent("one", "One", "admin"), "cli")
    assert await staff.has_admin()
    with pytest.raises(LastAdmin):
        await staff.disable("one", "cli")
    await staff.add(NewAgent("two", "Two", "admin"), "cli")
    assert not (await staff.disable("two", "cli")).is_active


async def test_a_login_is_given_once_and_has_plain_letters(staff):
    await staff.add(NewAgent("Mei", "Mei", "agent"), "cli")
    with pytest.raises(LoginTaken):
        await staff.add(NewAgent("mei", "Other", "agent"), "cli")
    for login in ("", "m", "mei lin", "../x", "美"):
        with pytest.raises(LoginUnusable):
            await staff.add(NewAgent(login, "Mei", "agent"), "cli")


async def test_neither_password_nor_secret_nor_token_stands_in_the_database(
    staff, clock, migrated_sqlite
):
    enrolment, recovery = await enrolled(staff, clock)
    session = await signed_in(staff, clock, enrolment)
    engine = open_database(migrated_sqlite)
    kept = ""
    async with engine.connect() as connection:
        for table in ("agent", "agent_session", "agent_recovery_code", "audit"):
            kept += str((await connection.execute(text(f"SELECT * FROM {table}"))).all())  # noqa: S608
    await engine.dispose()
    assert "argon2id" in kept
    for secret in (PASSWORD, enrolment.secret, session.token, *recovery):
        assert secret not in kept


def test_a_sealed_secret_opens_under_its_key_and_for_its_row_only():
    seal = Seal(Keys(KEY))
    closed = seal.close("secret", "mei")
    assert seal.open(closed, "mei") == "secret"
    assert seal.close("secret", "mei") != closed
    for other, owner in ((Seal(Keys(b"x" * 32)), "mei"), (seal, "ken")):
        with pytest.raises(SealBroken):
            other.open(closed, owner)


def test_no_password_opens_the_account_of_nobody():
    passwords = Passwords()
    assert not passwords.is_right(None, "")
    assert not passwords.is_right(None, PASSWORD)
    assert passwords.is_right(passwords.hash(PASSWORD), PASSWORD)
