"""What erasure leaves of a row: each column of an account, and the answers to others in which a person stood."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import String, insert, select, update

from server.core.database.requests import request as kept_answer
from server.core.database.transaction import Store
from server.people.tables import account
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.jobs import desk_of, work_off, worker_of

SignIn = Callable[[int | None], Caller]
# What is left of an account under its number: what it counts as, and when it became that.
STAYS = {
    *("id", "district_id", "school_id", "station_id", "role", "category", "status"),
    *("registered_at", "approved_by", "approved_at", "handed_on_at", "first_confirmed_at"),
}


def erase(app: Flask, mine: Caller) -> None:
    """Let somebody erase himself, and the job be done."""
    assert mine.post("/api/me/erasure", {"request_id": str(uuid4())}).json == {"erased": True}
    assert work_off(app) == 1


def test_of_an_account_nothing_stays_but_what_it_counts_as(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    """A new column is blanked by erasure, or said here to stay; one that is no text has to be filled here first."""
    number = district.guards[0][0]
    mine, own = caller(number), select(account).where(account.c.id == number)
    texts = [
        one.name
        for one in account.columns
        if isinstance(one.type, String) and one.name not in STAYS and not one.name.startswith("phone")
    ]
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        connection.execute(
            update(account).where(account.c.id == number).values({name: f"his {name}" for name in texts})
        )
        before = connection.execute(own).mappings().one()
    # In clear there is no number in a new database.
    assert [name for name, value in before.items() if value is None and name not in STAYS] == ["phone"]
    erase(app, mine)
    with app_store.read() as connection:
        after = connection.execute(own).mappings().one()
    assert {name: value for name, value in after.items() if value is not None and name not in STAYS} == {
        "name": "—"
    }


def test_a_name_that_json_writes_otherwise_is_found_in_the_answers_to_others(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    """Marks that JSON puts a backslash before; a telephone beside the name would hide what is not found."""
    number, name = district.guards[0][0], '抹"除\\的人'
    mine, answer = caller(number), {"items": [{"id": number, "name": name}, {"id": 0, "name": name}]}
    row = {"account_id": district.consoles["district_admin"], "request_id": "q", "body_hash": "b"}
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(account).where(account.c.id == number).values(name=name))
        transaction.connection.execute(insert(kept_answer).values(**row, answer=answer, at=clock.now()))
    erase(app, mine)
    with app_store.read() as connection:
        left = connection.execute(select(kept_answer.c.answer).where(kept_answer.c.request_id == "q"))
        assert left.scalar_one() == {"items": [{"id": number, "name": "—"}, {"id": 0, "name": name}]}


def test_an_answer_that_is_stored_while_the_others_are_looked_through_is_found_too(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    """One that comes before where the look is by then, and one whose write began before the name was blanked."""
    number, name = district.guards[0][0], "慢慢抹除的人"
    mine, answer = caller(number), {"id": number, "name": name}
    row = {"account_id": district.consoles["district_admin"], "body_hash": "b", "answer": answer}
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(account).where(account.c.id == number).values(name=name))
        first = insert(kept_answer).values(**row, request_id="m", at=clock.now())
        transaction.connection.execute(first)
    assert mine.post("/api/me/erasure", {"request_id": str(uuid4())}).status_code == 202
    desk, worker = desk_of(app), worker_of(app)

    class Between:
        """A desk at which somebody is answered with his name after each piece."""

        def __getattr__(self, name: str) -> Any:
            return getattr(desk, name)

        def write(self, number: int, name: str, piece: Any) -> None:
            desk.write(number, name, piece)
            ids = {"answer": "a", "blank": "z"}
            asked = next(ids[key] for key in ids if key in piece[0])
            with app_store.transaction(clock.now()) as transaction:
                new = insert(kept_answer).values(**row, request_id=asked, at=clock.now())
                if asked not in stored:
                    transaction.connection.execute(new)
                    stored.add(asked)

    stored: set[str] = set()
    worker.desk = Between()  # type: ignore[assignment]
    worker.do_one()
    with app_store.read() as connection:
        left = connection.execute(
            select(kept_answer.c.answer).where(kept_answer.c.request_id.in_(list("maz")))
        )
        assert list(left.scalars()) == [{"id": number, "name": "—"}] * 3
