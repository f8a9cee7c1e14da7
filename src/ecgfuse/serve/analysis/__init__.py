"""What a job makes of a recording: beats, summary, and signals at several resolutions."""
