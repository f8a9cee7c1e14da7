"""What a person takes away: annotation files, tables, reports and strips."""
