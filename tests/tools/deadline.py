"""A pytest plugin: no test begins after a time, so that the nearest tests are run and the others named as left out."""

import os
import time

import pytest

# Seconds since 1970.
VARIABLE = "TESTS_UNTIL"


def pytest_runtest_setup() -> None:
    """Leave a test out once the time is over."""
    if time.time() > float(os.environ[VARIABLE]):
        pytest.skip("no time left")
