from __future__ import annotations

from bot.guard import signals_in


def test_half_a_surrogate_pair_hides_no_robbery():
    told = "\ud83d he is telling me to install anydesk right now so support can fix my wallet"
    assert [signal.id for signal in signals_in(told)] == ["remote_control"]
