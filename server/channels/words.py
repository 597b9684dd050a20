"""The texts that leave the house: what a purpose says, with the row's body filled in."""

from server.config import Settings


def text_of(purpose: str, body: str, settings: Settings) -> str:
    """Write the text of a message; an unknown purpose raises ``KeyError``."""
    return {"sign_in_code": settings.sms_text}[purpose].format(code=body, minutes=settings.code_minutes)
