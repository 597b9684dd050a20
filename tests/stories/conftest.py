"""What stories of who counts begin with."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.field import Morning
from tests.tools.insiders import Insiders


@pytest.fixture
def morning(
    app: Flask,
    caller: Callable[[int | None], Caller],
    district: SmallDistrict,
    team: list[list[int]],
    clock: WoundClock,
    insiders: Insiders,
) -> Morning:
    """Put five approved people of each post on duty; strangers come as they are made."""
    return Morning(app, caller, district, team, clock, insiders)
