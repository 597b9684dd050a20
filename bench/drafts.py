"""How long a draft of two weeks takes: each school of a district one after the other, 201 posts, 33,000 guards.

Run: .venv/bin/python -m bench.drafts [sqlite | postgresql]
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from statistics import median

from sqlalchemy import delete, insert, select

from bench.rosters import MONDAY, NOW, PEAKS, database
from server.calendar.tables import published_duty
from server.core.access.roles import Group
from server.core.database.many_rows import batched
from server.core.database.transaction import Store
from server.demo.district import DISTRICT_ID
from server.demo.seed import seed
from server.duty.tables import check_in
from server.people.tables import account
from server.places.tables import peak, post, school
from server.roster.rules.seats import DUTIES_A_WEEK
from server.roster.rules.wishes import WEEKDAYS, Wish
from server.roster.service import proposing
from server.roster.tables import duty_wish, planned_duty
from tests.tools.keys import open_store

WEEKS = 2


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
        store = open_store(url)
        seed(store, now=NOW)
        with store.transaction(NOW) as transaction:
            for table in (planned_duty, published_duty, check_in):
                transaction.connection.execute(delete(table))
            transaction.connection.execute(delete(peak).where(peak.c.kind.not_in(PEAKS)))
        with store.read() as connection:
            people = connection.execute(select(account.c.id).where(account.c.role == "guard")).scalars().all()
            schools = connection.execute(select(school.c.id).order_by(school.c.id)).scalars().all()
        _measure(store, schools, f"{kind}, nobody has served before")
        _serve(store, people[::2])
        _measure(store, schools, f"{kind}, every second one has served")
        _serve(store, people[1::2])
        _measure(store, schools, f"{kind}, all have served")
        _wish(store, people)
        _measure(store, schools, f"{kind}, all have served, and each of them wishes something")
        store.close()


def _measure(store: Store, schools: Collection[int], what: str) -> None:
    took, seats = [], Counter[str]()
    for number in schools:
        began = time.perf_counter()
        with store.read() as connection:
            draft = proposing.draft(connection, _asked(number), NOW)
        draft.give_out()
        rows = [row for group in draft.groups for row in draft.rows(group)]
        took.append(time.perf_counter() - began)
        seats.update("filled" if row["account_id"] else str(row["why"]) for row in rows)
    print(f"{what}: {sum(took):.1f} s for {len(took)} schools (wanted under 60), {dict(seats)}")
    print(f"  a school {median(took) * 1000:.0f} ms (worst {max(took) * 1000:.0f})", flush=True)


def _asked(school_id: int) -> proposing.ProposalOf:
    return proposing.ProposalOf(
        district_id=DISTRICT_ID,
        school_id=school_id,
        week=MONDAY.isoformat(),
        weeks=WEEKS,
        groups=[group.value for group in Group],
        duties_a_week=DUTIES_A_WEEK.as_dict(),
        security=[],
        each_further=0,
    )


def _wish(store: Store, people: Collection[int]) -> None:
    """Let each guard like one peak of a weekday at each post of his school, and dislike another one."""
    query = select(account.c.id, post.c.id).join(post, post.c.school_id == account.c.school_id)
    guards = set(people)
    with store.read() as connection:
        own = [row for row in connection.execute(query.order_by(account.c.id)) if row[0] in guards]
    rows = [
        {
            "account_id": who,
            "post_id": post_id,
            "peak": PEAKS[(who + step) % len(PEAKS)],
            "weekday": (who // len(PEAKS) + step) % WEEKDAYS,
            "wish": wish.value,
            "changed_at": NOW,
        }
        for who, post_id in own
        for step, wish in enumerate(Wish)
    ]
    for some in batched(rows, 2_000):
        with store.transaction(NOW) as transaction:
            transaction.connection.execute(insert(duty_wish), some)


def _serve(store: Store, people: Collection[int]) -> None:
    """Give people a check-in of long ago, at some post."""
    with store.read() as connection:
        post_id = connection.execute(select(post.c.id)).scalars().first()
    times = dict.fromkeys(("starts_at", "ends_at", "at", "claimed_at", "checked_out_at"), NOW)
    row = {"post_id": post_id, "category": "teacher", "peak": PEAKS[0], "shift": {}, "date": MONDAY} | times
    said = {"verdict": "on_time", "minutes_late": 0, "flags": [], "verified": True}
    for some in batched(people, 2_000):
        with store.transaction(NOW) as transaction:
            transaction.connection.execute(
                insert(check_in), [row | said | {"account_id": number} for number in some]
            )


if __name__ == "__main__":
    main()
