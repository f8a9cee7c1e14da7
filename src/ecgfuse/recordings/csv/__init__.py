"""Tables of numbers: CSV and similar text files."""
