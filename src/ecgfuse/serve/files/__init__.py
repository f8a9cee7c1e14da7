"""Files in the data folder: storage with a quota, deletion, housekeeping."""
