"""Static analysis of the code and libraries that each stage can reach."""
