"""Sets the platform up on one machine and keeps its parts running. Knows nothing of the domain."""
