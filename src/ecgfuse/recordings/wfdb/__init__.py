"""WFDB records: headers (.hea), signal files and segments."""
