"""From uploaded files to recordings: transfer, names, groups, checks."""
