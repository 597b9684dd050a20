"""The simulation as a process of its own, as the demo starts it."""

import argparse
import sys

from server.config import read_settings
from server.demo.district import SEED
from server.demo.simulate import DEMO_ALONE, simulate


def main() -> None:
    """Read the options and play until told to end."""
    settings = read_settings()
    if not settings.demo:
        sys.exit(DEMO_ALONE)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default=settings.public_url)
    parser.add_argument("--certificates", default="", help="certificate of the authority to trust")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    simulate(
        options.url,
        guards=settings.simulate_guards,
        speed=settings.simulate_speed,
        seed=options.seed,
        certificates=options.certificates,
        say=lambda text: print(text, flush=True),
    )


if __name__ == "__main__":
    main()
