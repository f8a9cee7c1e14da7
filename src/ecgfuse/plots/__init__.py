"""All figures, one module per subject, drawn from plain tables and arrays."""
