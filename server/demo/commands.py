"""Commands of the demo; all but ``flask demo`` itself need its server to run."""

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core.terminal.locked import clear_when_locked
from server.demo import simulate as play
from server.demo.district import SEED
from server.demo.history import write_history
from server.demo.seed import NotADemo, seed
from server.places.queries import districts


@click.command("demo")
@with_appcontext
@click.option("--seed", "number", default=SEED, show_default=True, help="Same seed, same district.")
def demo(number: int) -> None:
    """Make the demo district in an empty database; one that is there already is left as it is."""
    platform = current_app.extensions["huxue"]
    if not platform.settings.demo:
        raise click.ClickException("Set HUXUE_MODE=demo: the demo district is of no use without it.")
    try:
        with clear_when_locked():
            made = seed(platform.store, now=platform.now(), number=number, progress=click.echo)
    except NotADemo as why:
        raise click.ClickException(str(why)) from why
    click.echo("The demo district is made." if made else "The demo district is there already.")


@click.command("simulate")
@with_appcontext
@click.option("--url", help="Address of the running server; this installation's own when left out.")
@click.option("--guards", type=click.IntRange(1, 33_000), help="How many guards; else HUXUE_SIMULATE_GUARDS.")
@click.option(
    "--speed", type=click.IntRange(1, 100), help="How much faster than life; else HUXUE_SIMULATE_SPEED."
)
@click.option(
    "--seed", "number", default=SEED, show_default=True, help="The seed that the district was made with."
)
@click.option(
    "--certificates", default="", help="File of the authority to trust, for HTTPS with a local certificate."
)
@click.option(
    "--history",
    "days",
    type=click.IntRange(1, 800),
    help="Write the check-ins and figures of so many past days instead; a year has 2 million of them.",
)
def simulate(
    url: str | None,
    guards: int | None,
    speed: int | None,
    number: int,
    certificates: str,
    days: int | None,
) -> None:
    """Play a district at work through the HTTP API of a running demo server, until Ctrl-C; refused outside a demo."""
    platform = current_app.extensions["huxue"]
    settings = platform.settings
    if not settings.demo:
        raise click.ClickException(play.DEMO_ALONE)
    with platform.store.read() as connection:
        if (url is None or days is not None) and not all(
            one.demo for one in districts.all_districts(connection)
        ):
            raise click.ClickException(play.REAL_DISTRICT)
    if days is not None:
        with clear_when_locked():
            write_history(
                platform.store,
                days=days,
                limits=platform.limits,
                now=platform.now(),
                say=click.echo,
                number=number,
            )
        return
    play.simulate(
        url or settings.public_url,
        guards=guards or settings.simulate_guards,
        speed=speed or settings.simulate_speed,
        seed=number,
        certificates=certificates,
        say=click.echo,
    )


COMMANDS = (demo, simulate)
