"""Two workers that write check-ins at the same posts at the same moment: neither is turned away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import func, insert, select

from server.core.database.transaction import Store
from server.core.limits import Limits
from server.duty.queries import coverage
from server.duty.service import coverage as post_coverage
from server.duty.tables import check_in
from tests.tools.district import SmallDistrict
from tests.tools.duty import duty_row

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
WITHIN_S = 30


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("posts", [((0,), (0,)), ((0, 1), (1, 0))], ids=["one post", "two posts"])
def test_nobody_waits_in_a_circle(
    store: Store, district: SmallDistrict, posts: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    both_wrote = Barrier(2)

    def commit_a_group(seat: int) -> None:
        with store.transaction(NOW) as transaction:
            for post in posts[seat]:
                row = duty_row(district, post=post, seat=seat, now=NOW)
                transaction.connection.execute(insert(check_in).values(row))
                post_coverage.publish_at_the_end(transaction, district.posts[post], Limits())
            both_wrote.wait(WITHIN_S)

    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(commit_a_group, seat) for seat in (0, 1)]:
            done.result(WITHIN_S)
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(check_in)).scalar() == 2 * len(posts[0])
        for post in posts[0]:
            kept = coverage.line_of(connection, district.posts[post])
            assert kept is not None
            assert len(kept["seats"]) == 2
