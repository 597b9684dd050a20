"""A pytest plugin: no test begins after a time, so that the nearest tests are run and the others named as left out."""

import os
import time

import pytest

# Seconds since 1970, and the files whose tests are run in any case.
UNTIL, ALWAYS = "TESTS_UNTIL", "TESTS_ALWAYS"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave a test out once the time is over."""
    file = item.nodeid.partition("::")[0]
    if time.time() > float(os.environ[UNTIL]) and file not in os.environ[ALWAYS].split(os.pathsep):
        pytest.skip("no time left")
