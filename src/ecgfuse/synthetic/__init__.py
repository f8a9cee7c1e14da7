"""Synthetic recordings and noise in the format of the real databases."""
