"""What the benchmarks share: servers that keep a record of what they did, tools to measure, and tables."""
