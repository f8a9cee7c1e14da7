"""What every stage script stands on: parameters, files, results, and fingerprints of the code."""
