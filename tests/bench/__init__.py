"""Benchmarks: ratios measured in one run, since machines are noisy. `make bench` prints a table and writes bench.json."""
