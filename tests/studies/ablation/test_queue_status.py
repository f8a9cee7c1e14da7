"""The output of 'dvc queue status' is parsed."""

from ecgfuse.studies.ablation.queue import Entry, parse_status

PRINTED = """\
Task     Name    Created       Status
707e6cf  t22     01:39 AM      Running
d84075a  gate-0  01:38 AM      Queued
c065313  t21     Nov 20, 2026  Failed
7890111  h11     01:38 AM      Success

Worker status: 1 active, 2 idle
"""


def test_entries_and_workers_are_read() -> None:
    entries, workers = parse_status(PRINTED)
    assert workers == 3
    assert entries == [
        Entry("707e6cf", "t22", "Running"),
        Entry("d84075a", "gate-0", "Queued"),
        Entry("c065313", "t21", "Failed"),
        Entry("7890111", "h11", "Success"),
    ]


def test_an_empty_queue_has_no_entries() -> None:
    printed = "No experiment tasks in the queue.\n\nWorker status: 0 active, 0 idle\n"
    assert parse_status(printed) == ([], 0)
