"""Fields for what people type: text, telephones, codes of posts."""

import unicodedata
from typing import Any

from marshmallow import ValidationError, fields

from server.core.typed_text import NotMobile, mobile_of, post_code_of, visible

# Control characters, halves of characters, and the marks that turn the direction of writing, with which a name
# could lie. Unassigned and private ones may come: rare surnames are written with characters newer than Python's
# tables, or with those that GB 18030 keeps in the private area.
FORBIDDEN_CATEGORIES = {"Cc", "Cs"}
# Marks above and below a letter; more than these on one are no writing, and cover the lines around it.
MARKS, MOST_MARKS = {"Mn", "Me"}, 6
# More than anybody types or pastes into one line, whatever of it nobody sees: all else is refused unread.
LONGEST_SENT = 1_000
DIRECTION_MARKS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Text(fields.String):
    """A text, trimmed: at most ``longest`` characters, no control or direction marks.

    One line of it, such as a name or a label, is kept without the characters that nobody sees; ``lines`` may hold them.
    """

    def __init__(self, *, longest: int, shortest: int = 1, lines: bool = False, **named: Any) -> None:
        super().__init__(**named)
        self.longest, self.shortest, self.lines = longest, shortest, lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> str:
        sent: str = super()._deserialize(value, attr, data, **named)
        if len(sent) > LONGEST_SENT + 2 * self.longest:
            raise ValidationError("too_long")
        text = sent.strip() if self.lines else visible(sent)
        if len(text) > self.longest:
            raise ValidationError("too_long")
        if len(text) < self.shortest:
            raise ValidationError("too_short")
        marks = 0
        for character in sent.strip():
            category = unicodedata.category(character)
            marks = marks + 1 if category in MARKS else 0
            if self.lines and character == "\n":
                continue
            if character in DIRECTION_MARKS or category in FORBIDDEN_CATEGORIES or marks > MOST_MARKS:
                raise ValidationError("bad_character")
        return text


class Phone(fields.String):
    """A mobile number of the mainland, however it was typed or pasted: 11 digits. A landline has a word of its own."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> str:
        sent: str = super()._deserialize(value, attr, data, **named)
        if len(sent) > LONGEST_SENT:
            raise ValidationError("bad_phone")
        try:
            return mobile_of(sent)
        except NotMobile as why:
            raise ValidationError(why.code) from why


class PostCode(fields.String):
    """The code of a post's poster, in any letter case and width."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> str:
        sent: str = super()._deserialize(value, attr, data, **named)
        code = post_code_of(sent[:LONGEST_SENT])
        if len(code) > 20 or len(sent) > LONGEST_SENT:
            raise ValidationError("too_long")
        if not code.isalnum():
            raise ValidationError("wrong_form")
        return code
