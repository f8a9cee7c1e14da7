"""Times and durations as text."""

from datetime import datetime, timedelta


def format_duration(seconds: float) -> str:
    """Format as h:mm:ss, rounded down."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}"


class Clock:
    """Formats times of a recording: time of day if known, else time from its start.

    Args:
        start: date and time of the first sample, if known.
        duration_s: length of the recording. If it passes midnight, times include the date.
    """

    def __init__(self, start: datetime | None, *, duration_s: float) -> None:
        self.start = start
        self.format = "%H:%M:%S"
        if start is None:
            return
        try:
            end = start + timedelta(seconds=duration_s)
        except OverflowError:  # 31 December 9999
            self.start = None
            return
        if end.date() != start.date():
            self.format = "%m-%d %H:%M:%S"

    def __call__(self, seconds: float) -> str:
        """Format the time `seconds` after the first sample."""
        if self.start is None:
            return format_duration(seconds)
        return (self.start + timedelta(seconds=seconds)).strftime(self.format)
