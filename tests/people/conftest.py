"""Who keeps a district's console accounts."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert

from server.core.database.transaction import Store
from server.people.tables import account
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def admin(caller: SignIn, district: SmallDistrict) -> Caller:
    """Sign the district's administrator in."""
    return caller(district.consoles["district_admin"])


@pytest.fixture
def second(caller: SignIn, app_store: Store, district: SmallDistrict, clock: WoundClock) -> Caller:
    """Sign another administrator of the district in."""
    with app_store.transaction(clock.now()) as transaction:
        number = transaction.connection.execute(
            insert(account)
            .values(
                district_id=district.district_id,
                username="second",
                password_hash="one that he set",
                name="测试第二人",
                role="district_admin",
                status="approved",
                registered_at=clock.now(),
            )
            .returning(account.c.id)
        ).scalar_one()
    return caller(number)
