"""Opening a picture that nobody trusts, and making it anew out of its pixels alone.

Only the process of ``server.core.files.pictures.child`` comes here: what decodes a picture holds up the whole process
for a second (WebP), and a fault in it ends the process.
"""

from io import BytesIO

from PIL import Image, ImageOps

from server.core.files.pictures import (
    LONGEST,
    MOST_BYTES,
    MOST_MADE_BYTES,
    MOST_PIXELS,
    MOST_SIDE,
    PREVIEW_LONGEST,
    Made,
    TooLarge,
    Unreadable,
    kind_of,
)

ORIENTATION = 0x0112
# The first that is small enough is taken.
QUALITIES = (80, 60, 40, 20)
WHITE = (255, 255, 255)


def make(content: bytes) -> Made:
    """Make a picture and its preview: upright, on white, without metadata; of what moves, its first picture.

    Raises ``Unreadable`` or ``TooLarge``; the number of pixels is looked at before any is read.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge
    kind = kind_of(content)
    try:
        whole = _opened(content, kind)
        picture, preview = _written(whole), _written(_within(whole, PREVIEW_LONGEST))
    except (TooLarge, Image.DecompressionBombError):
        raise TooLarge from None
    except Exception as why:
        # Pillow's readers fail in ways of their own kind: SyntaxError, struct.error, OSError, ValueError …
        raise Unreadable from why
    return Made(picture, preview, whole.width, whole.height)


def _opened(content: bytes, kind: str) -> Image.Image:
    with Image.open(BytesIO(content), formats=[kind]) as found:
        if found.width * found.height > MOST_PIXELS or max(found.size) > MOST_SIDE:
            raise TooLarge
        # A JPEG is read at a fraction of its size where that is enough.
        found.draft("RGB", (LONGEST, LONGEST))
        found.load()
        orientation = _orientation(found)
        small = _within(_on_white(found), LONGEST)
    # Nothing but pixels goes on: a comment or a profile would be written again by itself.
    clean = Image.new("RGB", small.size)
    clean.paste(small)
    clean.getexif()[ORIENTATION] = orientation
    upright = ImageOps.exif_transpose(clean)
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare


def _orientation(found: Image.Image) -> int:
    try:
        value = found.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 -- whatever is wrong with its metadata, the picture may be whole
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _on_white(found: Image.Image) -> Image.Image:
    if found.mode.startswith("I"):
        # 16 bits of grey.
        found = found.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if found.mode in {"RGBA", "LA", "PA"} or "transparency" in found.info:
        found = found.convert("RGBA")
        white = Image.new("RGB", found.size, WHITE)
        white.paste(found, mask=found.getchannel("A"))
        return white
    return found.convert("RGB")


def _within(picture: Image.Image, longest: int) -> Image.Image:
    smaller = picture.copy()
    smaller.thumbnail((longest, longest))
    return smaller


def _written(picture: Image.Image) -> bytes:
    for quality in QUALITIES:
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if out.tell() <= MOST_MADE_BYTES:
            break
    return out.getvalue()
