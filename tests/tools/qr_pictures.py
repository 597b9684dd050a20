"""QR codes as pictures, for a camera and for a decoder of another project."""

from io import BytesIO

from PIL import Image

from server.core.files.qr import QUIET_MODULES, Correction, qr_modules, qr_runs

_PICTURE_MODULE_PX = 12


def qr_image(
    text: str, *, module_px: int = _PICTURE_MODULE_PX, correction: Correction = Correction.Q
) -> Image.Image:
    """Draw a QR code with its quiet zone of 4 modules, black on white."""
    modules = qr_modules(text, correction)
    side = len(modules) + 2 * QUIET_MODULES
    small = Image.new("L", (side, side), 255)
    for row, column, length in qr_runs(modules):
        small.paste(
            0,
            (
                column + QUIET_MODULES,
                row + QUIET_MODULES,
                column + QUIET_MODULES + length,
                row + QUIET_MODULES + 1,
            ),
        )
    return small.resize((side * module_px, side * module_px), Image.Resampling.NEAREST)


def qr_png(text: str, *, module_px: int = _PICTURE_MODULE_PX, correction: Correction = Correction.Q) -> bytes:
    """Draw a QR code as the bytes of a PNG file."""
    out = BytesIO()
    qr_image(text, module_px=module_px, correction=correction).save(out, format="PNG", optimize=True)
    return out.getvalue()
