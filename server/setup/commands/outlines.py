"""``flask outline``: the outline of a district and the areas of its stations from a GeoJSON file."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core.refused import Refused
from server.core.terminal.locked import clear_when_locked
from server.places.actions import outlines
from server.places.service.outlines import Given
from server.setup.files.outline_file import read_areas

SYSTEMS = ("WGS84", "GCJ02")
NAMED_AT_MOST = 5
OUTLINE_REFUSALS = {
    "outline_too_large": "The file is larger than 32 MiB, or has too many small areas for a map.",
    "outline_not_geojson": "This is not a GeoJSON file with areas (Polygon or MultiPolygon).",
    "outline_without_area": "No area is in the file: it has lines or points alone. An outline is a closed Polygon.",
    "outline_swapped": "Longitude and latitude seem to be swapped: GeoJSON has the longitude first.",
    "outline_outside_country": "The area lies outside the country: GeoJSON has longitude and latitude in degrees.",
    "several_outlines": (
        "There are several areas, and none has the name of the district or of its stations: {names}. "
        "Give them names (the property `name`) or leave the others out."
    ),
    "posts_outside_outline": (
        "{number} of {of} posts would lie outside of it. Is it another district's, or of another coordinate system?"
    ),
    "which_district": "Which district? Give --district with one of: {names}.",
}


@click.command("outline")
@with_appcontext
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--system", type=click.Choice(SYSTEMS), help="The coordinate system of FILE, which must be said."
)
@click.option("--district", help="The district's name; needed where there are several.")
@click.option("--remove", is_flag=True, help="Go back to the outline that is drawn around the posts.")
def outline(file: Path | None, system: str | None, district: str | None, *, remove: bool) -> None:
    """Take the district's outline, and the areas of its stations, from FILE (GeoJSON).

    An area with the name of a station (its property name) is that station's; the one with the district's name, or
    the only other one, is the outline. What FILE does not have stays as it is.
    """
    if remove == (file is not None):
        raise click.UsageError("Give one FILE, or --remove.")
    if file is not None and not file.exists():
        raise click.ClickException(f"{file}: no such file.")
    if file is not None and system is None:
        raise click.UsageError(
            "Say the coordinate system: --system WGS84 (GPS, CGCS2000, OpenStreetMap) or --system GCJ02 (Amap, "
            "Tencent, DataV). The two differ by some 500 m."
        )
    platform = current_app.extensions["huxue"]
    try:
        with clear_when_locked():
            if file is None:
                name = outlines.take_away(platform.store, district=district, now=platform.now())
                click.echo(f"{name}: without an outline of its own; maps draw one around the posts.")
                return
            areas = read_areas(file.read_bytes(), gcj02=system == "GCJ02")
            given = outlines.give(platform.store, district=district, areas=areas, now=platform.now())
    except Refused as why:
        names = why.facts.get("names")
        listed = (
            ", ".join(map(str, names)) if isinstance(names, list) else ""
        ) or "none yet: import one first"
        raise click.ClickException(
            OUTLINE_REFUSALS[why.code].format(**{**why.facts, "names": listed})
        ) from why
    _report(given)


def _report(given: Given) -> None:
    if given.corners:
        inside = f"{given.posts - len(given.outside):,} of {given.posts:,} posts inside"
        click.echo(f"{given.district}: outline of {given.corners:,} corners stored; {inside}.")
    if given.outside:
        more = len(given.outside) - NAMED_AT_MOST
        listed = ", ".join(given.outside[:NAMED_AT_MOST]) + (f" and {more:,} more" if more > 0 else "")
        click.echo(f"outside   {listed}")
    borders = "" if given.areas == given.stations else "; borders are drawn from the posts until all have one"
    click.echo(f"areas     {given.areas:,} of {given.stations:,} stations have one{borders}.")
    click.echo("Pages that are open show it when they are loaded again.")
