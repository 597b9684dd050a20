"""A text in the two languages of the product."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What something is called, in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """Give it in a language (``zh-CN`` or ``en``)."""
        return self.en if language == "en" else self.zh


YES, NO = Words("是", "yes"), Words("否", "no")
