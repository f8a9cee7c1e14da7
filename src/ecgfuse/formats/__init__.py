"""Recordings of strangers: WFDB, EDF, BDF and CSV files, checked and read block by block."""
