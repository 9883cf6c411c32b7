"""A new model for every Rasa, one after the other, and the way back."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.nlu import launch
from bot.settings import Settings
from bot.supervisor import rolling as supervisor
from bot.supervisor.rolling import TOKEN_FILE, RollFailed, Rolling, model_id
from bot.supervisor.shelf import Shelf
from tests.unit.supervisor.rolled import archive, candidate, kept


@pytest.fixture
def said():
    return []


def rolling(root, *servers, say=lambda _: None):
    return Rolling(root, [server.url for server in servers], "t", say)


async def test_every_rasa_answers_with_the_new_model_and_then_with_the_old_one_again(root, rasa):
    servers = [rasa(), rasa()]
    ours = rolling(root, *servers)
    await ours.forward(candidate(root), "1" * 64)
    assert [server.answers for server in servers] == ["new", "new"]
    assert launch.fingerprint_path(root).read_text().strip() == "1" * 64
    await ours.back()
    assert [server.answers for server in servers] == ["old", "old"]
    assert model_id(launch.model_path(root)) == "old"
    assert launch.fingerprint_path(root).read_text().strip() == "0" * 64


async def test_a_model_that_one_refuses_is_taken_back_from_all(root, rasa):
    first, second = rasa(), rasa(refuses="new")
    with pytest.raises(RollFailed, match="Every Rasa answers with the model that it had before"):
        await rolling(root, first, second).forward(candidate(root), "1" * 64)
    assert (first.answers, second.answers) == ("old", "old")
    assert model_id(launch.model_path(root)) == "old"
    assert launch.fingerprint_path(root).read_text().strip() == "0" * 64


async def test_a_rasa_that_is_down_stops_the_roll_before_anything_is_changed(root, rasa):
    first, second = rasa(), rasa()
    second.shutdown()
    second.server_close()
    with pytest.raises(RollFailed, match=f"{second.url} does not answer. Nothing was changed"):
        await rolling(root, first, second).forward(candidate(root))
    assert first.answers == "old"
    assert (kept(root, "seedwarden"), kept(root, "before"), kept(root, "next")) == (
        *("old", None),
        "new",
    )


async def test_a_rasa_that_is_still_loading_when_the_roll_is_undone_is_waited_for(
    root, rasa, said, monkeypatch
):
    monkeypatch.setattr(supervisor, "LOAD_SECONDS", 0.3)
    monkeypatch.setattr(supervisor, "AGAIN_SECONDS", 0.05)
    quick, slow = rasa(), rasa(takes=1.0)

    def hurry(line):
        said.append(line)
        if "did not load" in line:
            slow.takes = 0.0  # what is under way takes its time, the next one does not

    with pytest.raises(RollFailed, match="Every Rasa answers with the model that it had before"):
        await rolling(root, quick, slow, say=hurry).forward(candidate(root))
    assert (quick.answers, slow.answers) == ("old", "old")
    assert f"  {slow.url} answers with model old, as before" in said
    assert slow.busy.acquire(blocking=False), "nothing comes after it"


async def test_a_rasa_that_does_not_come_back_is_named_with_what_answers_there(
    root, rasa, said, tmp_path
):
    ours, theirs = rasa(), rasa(models=archive(tmp_path / "elsewhere.tar.gz", "other"))
    with pytest.raises(RollFailed, match="Not every Rasa answers"):
        await rolling(root, ours, theirs, say=said.append).forward(candidate(root))
    assert f"  {ours.url} answers with model old, as before" in said
    assert f"  {theirs.url} answers with model other; before it was old" in said


async def test_a_rasa_that_dies_in_the_roll_is_told_to_be_down(root, rasa, said):
    ours, dying = rasa(), rasa(refuses="new")

    def die(line):
        said.append(line)
        if line.endswith("refused it (model_refused)."):
            dying.shutdown()
            dying.server_close()

    with pytest.raises(RollFailed, match="Not every Rasa answers"):
        await rolling(root, ours, dying, say=die).forward(candidate(root))
    assert f"  {dying.url} does not answer; before it was model old" in said
    assert ours.answers == "old"


async def test_a_roll_that_fails_leaves_the_way_back_as_it_was(root, rasa):
    server = rasa(refuses="bad")
    ours = rolling(root, server)
    await ours.forward(candidate(root, "new"), "1" * 64)
    with pytest.raises(RollFailed):
        await ours.forward(candidate(root, "bad"), "2" * 64)
    assert (kept(root, "seedwarden"), kept(root, "before")) == ("new", "old")
    assert (kept(root, "next"), kept(root, "aside")) == ("bad", None)
    assert launch.fingerprint_path(root).read_text().strip() == "1" * 64
    await ours.back()
    assert server.answers == "old"


async def test_a_roll_that_went_well_moves_the_way_back_on(root, rasa):
    ours = rolling(root, rasa())
    for name in ("new", "newer"):
        await ours.forward(candidate(root, name))
    assert (kept(root, "seedwarden"), kept(root, "before")) == ("newer", "new")


async def test_after_a_roll_that_was_killed_half_way_the_last_good_model_is_found(root, rasa):
    server = rasa()
    Shelf(root).put(candidate(root, "half"), "")  # and then nothing more
    await rolling(root, server).back()
    assert (server.answers, kept(root, "aside")) == ("old", None)


async def test_a_roll_after_one_that_was_killed_keeps_the_last_good_model(root, rasa):
    Shelf(root).put(candidate(root, "half"), "")
    await rolling(root, rasa()).forward(candidate(root, "whole"))
    assert (kept(root, "seedwarden"), kept(root, "before")) == ("whole", "old")


async def test_a_way_back_that_a_rasa_refuses_changes_nothing(root, rasa):
    server = rasa()
    ours = rolling(root, server)
    await ours.forward(candidate(root))
    server.refuses = "old"
    with pytest.raises(RollFailed, match="Every Rasa answers with the model that it had before"):
        await ours.back()
    assert server.answers == "new"
    assert (kept(root, "seedwarden"), kept(root, "before")) == ("new", "old")


async def test_a_machine_with_another_file_is_named(root, rasa, tmp_path):
    other = rasa(models=archive(tmp_path / "elsewhere.tar.gz", "other"))
    with pytest.raises(RollFailed, match=r"Copy models/seedwarden\.tar\.gz"):
        await rolling(root, other).forward(candidate(root))


async def test_without_a_roll_there_is_no_way_back(root, rasa):
    with pytest.raises(RollFailed, match="none was rolled out"):
        await rolling(root, rasa()).back()


async def test_what_is_no_model_changes_nothing(root, rasa):
    (root / "models/next.tar.gz").write_bytes(b"no archive")
    with pytest.raises(RollFailed, match="is no model"):
        await rolling(root, rasa()).forward(root / "models/next.tar.gz")
    assert model_id(launch.model_path(root)) == "old"


def test_the_token_of_this_start_is_found_and_a_set_one_goes_before_it(tmp_path):
    (tmp_path / TOKEN_FILE).write_text("kept\n", encoding="ascii")
    assert Rolling.of(Settings(var=tmp_path), tmp_path, print).token == "kept"
    given = Settings(var=tmp_path, rasa_token=SecretStr("given"))
    assert Rolling.of(given, tmp_path, print).token == "given"


def test_without_anything_running_the_operator_reads_what_to_do(tmp_path):
    with pytest.raises(RollFailed, match="seedwarden run"):
        Rolling.of(Settings(var=tmp_path), tmp_path, print)
