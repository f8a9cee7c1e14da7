"""Sentences about errors in the language of the person."""
