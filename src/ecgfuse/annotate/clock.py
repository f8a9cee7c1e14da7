"""Times of a recording as people write them."""

from datetime import datetime, timedelta


def format_duration(seconds: float) -> str:
    """As h:mm:ss, rounded down."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}"


class Clock:
    """Tells when a moment of a recording was: by the clock where it is known, else since its begin.

    Args:
        start: wall clock of the first sample, if it is known.
        duration_s: of the recording. One that lasts past midnight has the day with each time.
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
        """The time, `seconds` after the first sample."""
        if self.start is None:
            return format_duration(seconds)
        return (self.start + timedelta(seconds=seconds)).strftime(self.format)
