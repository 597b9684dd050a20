"""Commands about the printed codes of posts."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core.refused import Refused
from server.core.terminal.locked import clear_when_locked
from server.core.terminal.progress import Progress
from server.places.actions import post_codes
from server.places.rules.post_codes import CodeLimits
from server.setup.files.posters import Poster, posters

UNKNOWN_POST = "No such post. Give its name, its number or its code."


@click.command("poster")
@with_appcontext
@click.argument("post", required=False)
@click.option("--all", "every", is_flag=True, help="A page for each post, in one file.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="The PDF file to write.",
)
def poster(post: str | None, output: Path, *, every: bool) -> None:
    """Write the A4 poster of POST (name, number or code), or with --all of every post, as PDF."""
    if (post is None) != every:
        raise click.UsageError("Give one POST, or --all.")
    platform = current_app.extensions["huxue"]
    try:
        found = post_codes.coded(platform.store, post=post)
    except Refused as why:
        raise click.ClickException(UNKNOWN_POST) from why
    if not found:
        raise click.ClickException("There are no posts yet: import a district first.")
    url = platform.settings.public_url.rstrip("/")
    progress = Progress()
    pages = [
        Poster(
            post_name=one.name,
            school_name=one.school_name,
            district_name=one.district_name,
            url=f"{url}/p/{one.code}",
            code=one.code,
            gate=one.gate,
        )
        for one in found
    ]
    content = posters(pages, lambda done, total: progress.tell("posters", done, total))
    output.write_bytes(content)
    progress.clear()
    with clear_when_locked():
        post_codes.printed(platform.store, post_ids=[one.post_id for one in found], now=platform.now())
    click.echo(f"{output}: {len(pages):,} page{'s' if len(pages) > 1 else ''}, codes open {url}/p/…")


@click.command("reissue-code")
@with_appcontext
@click.argument("post")
def reissue_code(post: str) -> None:
    """Give POST (name, number or code) another code; the printed one stays good as a stale one for some days."""
    platform = current_app.extensions["huxue"]
    try:
        with clear_when_locked():
            made = post_codes.reissue(platform.store, post=post, now=platform.now())
    except Refused as why:
        raise click.ClickException(UNKNOWN_POST) from why
    days = platform.limits[CodeLimits].stale_code_days
    click.echo(
        f"{made.name} has the code {made.code}. The old one is accepted for {days} more "
        f"days, marked as stale. Print the new poster: flask poster {made.code} -o poster.pdf"
    )
