"""How hard the formats are searched for trouble: quickly in every run, long in make check-hard."""

import os

from hypothesis import HealthCheck, settings

# The machine may be busy, so no example is judged by its time.
settings.register_profile(
    "fast", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("hard", parent=settings.get_profile("fast"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
