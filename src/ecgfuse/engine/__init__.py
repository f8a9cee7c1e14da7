"""The training engine of all models: loop, device, schedules, checkpoints and processes."""
