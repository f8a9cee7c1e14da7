"""Sentences about errors in the language of the person."""


def _(text: str) -> str:
    """Mark a text for translation."""
    return text
