"""Local mode: AWS on one machine, for running and testing pipelines without an account."""
