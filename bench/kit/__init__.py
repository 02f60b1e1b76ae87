"""What the benchmarks share: a running house, meters, and the way figures are told."""
