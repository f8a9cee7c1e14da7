"""Download databases of recordings and noise from a mirror or PhysioNet, with checksums."""
