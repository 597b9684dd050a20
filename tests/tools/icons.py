"""Draws the PWA's icons from its one drawing: ``python -m tests.tools.icons`` after pwa/public/icon.svg changed."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.tools.cast import launched

PUBLIC = Path(__file__).parents[2] / "pwa" / "public"
PAGE = "#f2f5f8"
# Name, side, side of the drawing in it, background (None: see-through), one colour (None: its own).
# A maskable icon keeps what matters in the middle four fifths; a badge is only a shape.
ICONS = (
    ("icon-192.png", 192, 192, None, None),
    ("icon-512.png", 512, 512, None, None),
    ("icon-maskable-512.png", 512, 330, PAGE, None),
    ("apple-touch-icon.png", 180, 140, PAGE, None),
    ("badge-96.png", 96, 96, None, "#ffffff"),
)
STYLE = "*{{margin:0}} body{{display:grid;place-items:center;height:100vh;background:{back}}} svg{{width:{side}px}}"


def draw(
    browser: Browser, name: str, side: int, inner: int, background: str | None, colour: str | None
) -> None:
    """Draw one of them."""
    drawing = (PUBLIC / "icon.svg").read_text()
    if colour:
        # The lines are cut out of the shape, so that they show what is behind.
        drawing = drawing.replace('fill="#1b4f9c"', f'fill="{colour}" mask="url(#m)"')
        shape, lines = drawing.split("<path ", 2)[1:]
        lines = "<path " + lines.replace("</svg>", "")
        mask = (
            f'<mask id="m"><rect width="64" height="64" fill="#fff"/>{lines.replace("#fff", "#000")}</mask>'
        )
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{mask}<path {shape}</svg>'
    page = browser.new_page(viewport={"width": side, "height": side})
    style = STYLE.format(back=background or "transparent", side=inner)
    page.set_content(f"<style>{style}</style>{drawing}")
    page.screenshot(path=PUBLIC / name, omit_background=background is None)
    page.close()


def main() -> None:
    """Draw all of them."""
    with sync_playwright() as playwright, launched(playwright) as browser:
        for icon in ICONS:
            draw(browser, *icon)


if __name__ == "__main__":
    main()
