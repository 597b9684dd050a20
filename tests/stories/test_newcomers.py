"""Whoever begins his duty on the spot of an open alarm is called at once, however many steps it has taken before."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from server.delivery.tables import message
from server.duty.tables import check_in
from tests.tools.duty import SECURITY_1, STAFF_1, STAFF_2, VOLUNTEER_2, asked
from tests.tools.field import Morning
from tests.tools.insiders import Insiders, made_up_check_in

EMPTY, OTHER = 0, 1


def _empty(morning: Morning, post: int) -> None:
    """Let nobody be on duty at a post."""
    with morning.store.transaction(morning.clock.now()) as transaction:
        gone = update(check_in).where(check_in.c.post_id == morning.district.posts[post])
        transaction.connection.execute(gone.values(checked_out_at=morning.clock.now()))


def _comes(morning: Morning, seat: int, *, post: int = EMPTY) -> int:
    """Let a guard check himself in, as his phone does."""
    account_id = morning.district.guards[post][seat]
    body = made_up_check_in(morning.district, post, morning.clock.now())
    answer = morning.caller(account_id).post("/api/check-ins", body)
    assert answer.status_code == 201, answer.json
    return account_id


def test_whoever_comes_to_an_empty_post_is_called_at_once_after_all_steps(morning: Morning) -> None:
    """A post with nobody: its tier 1 has used up its steps when the leader, and somebody without a phone, come."""
    _empty(morning, EMPTY)
    alarm = morning.press(morning.caller(morning.district.guards[EMPTY][SECURITY_1]), post=EMPTY)
    assert asked(alarm, tier=1) == []
    morning.pass_by(240)
    assert asked(morning.seen(alarm), tier=1) == []

    leader = _comes(morning, STAFF_1)
    told = morning.seen(alarm)
    assert asked(told, tier=1, state="notified") == [leader]
    with morning.store.read() as connection:
        to_him = select(message.c.channel).where(
            message.c.alarm_id == alarm["id"], message.c.account_id == leader
        )
        assert connection.execute(to_him).scalars().all()
    helped = morning.district.guards[EMPTY][STAFF_2]
    answer = morning.caller(leader).post("/api/check-ins/assisted", {"account_id": helped})
    assert answer.status_code == 201, answer.json
    assert asked(morning.seen(alarm), tier=1) == [leader, helped]

    # He answers as everybody on the spot does, and meets the first target's acknowledgement.
    morning.answer(morning.caller(leader), alarm, "responding")
    assert morning.seen(alarm)["acknowledged_by"] == leader


def test_who_comes_elsewhere_or_after_the_end_is_not_called(morning: Morning) -> None:
    _empty(morning, EMPTY)
    _empty(morning, OTHER)
    alarm = morning.press(morning.caller(morning.district.guards[EMPTY][SECURITY_1]), post=EMPTY)
    before = asked(morning.seen(alarm))
    elsewhere = _comes(morning, STAFF_1, post=OTHER)
    assert asked(morning.seen(alarm)) == before and elsewhere not in before
    body = {"outcome": "false", "finding": "测试"}
    assert morning.console().post(f"/api/alarms/{alarm['id']}/resolution", body).status_code == 200
    _comes(morning, STAFF_1)
    assert asked(morning.seen(alarm)) == before


def test_a_check_in_costs_one_statement_more_where_no_alarm_is_open(morning: Morning) -> None:
    """However many posts share the commit: nothing stands before a check-in at a peak."""
    _empty(morning, EMPTY)
    said: list[str] = []
    event.listen(morning.store.engine, "before_cursor_execute", lambda *how: said.append(how[2]))
    _comes(morning, STAFF_1)
    assert sum("FROM alarm" in one for one in said) == 1
    assert not any("response" in one for one in said)


@contextmanager
def _asking_fails(morning: Morning, failure: Exception) -> Iterator[None]:
    """Let the row of whoever is asked to an alarm be refused."""

    def fail(*how: Any) -> None:
        if "INSERT INTO response" in how[2]:
            raise failure

    event.listen(morning.store.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(morning.store.engine, "before_cursor_execute", fail)


@pytest.mark.parametrize(
    "failure", [OperationalError("…", {}, OSError("lock")), ValueError("secret")], ids=repr
)
def test_a_fault_in_calling_him_undoes_no_check_in_and_the_steps_ask_him(
    morning: Morning, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """He is there, whatever else goes wrong: the alarm's next step finds him. The log tells no value."""
    alarm = morning.press(morning.caller(morning.district.guards[EMPTY][SECURITY_1]), post=EMPTY)
    with _asking_fails(morning, failure):
        late = _comes(morning, VOLUNTEER_2)
    assert late not in asked(morning.seen(alarm))
    assert "newcomers not called" in caplog.text and "secret" not in caplog.text
    duty = morning.caller(late).get("/api/duty").json
    assert duty["check_in"] is not None
    morning.pass_by(120)
    assert late in asked(morning.seen(alarm))


def test_a_stranger_who_comes_is_warned_and_learns_no_name(morning: Morning, insiders: Insiders) -> None:
    """Nobody approved him: he hears where it is, and of no other person."""
    alarm = morning.press(morning.caller(morning.district.guards[EMPTY][SECURITY_1]), post=EMPTY)
    stranger = insiders.stranger("volunteer", post=EMPTY)
    whole = morning.seen(alarm)
    assert stranger.account_id in asked(whole)
    doubt = {one["account_id"]: one["doubt"] for one in whole["responses"]}
    assert doubt[stranger.account_id] is not None and whole["acknowledged_by"] is None
    his = stranger.get(f"/api/alarms/{alarm['id']}").json
    named = {one["account_id"] for one in (*his["responses"], *his["reporters"])}
    assert (his["raised_by"], named - {None}, his["timeline"]) == (None, {stranger.account_id}, [])
