"""Analyses as jobs in a queue, done by processes of their own."""
