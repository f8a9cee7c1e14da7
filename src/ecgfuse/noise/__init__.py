"""Adding real noise to recordings, and training beats cut from noisy recordings."""
