"""Public conformance suites, run through adapters; the suites' files stay outside and are named by `make conformance`."""
