"""What runs: the web server and the job processes, their logs, health and metrics."""
