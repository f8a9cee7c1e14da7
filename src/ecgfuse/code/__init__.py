"""What code and which libraries each stage reaches, found by reading, without running anything."""
