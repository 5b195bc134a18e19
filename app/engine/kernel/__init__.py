"""Runs the tokens of one case: the only part of Quanliu that touches SpiffWorkflow (docs/decisions/0002).

Knows diagrams, tokens and variables. Knows no database, no clock (`now` comes from the host), no people, no files.
Begin at `execution.py` (what a case can do), `parsing.py` (from files to models), `tokens.py` (how tokens move).
"""
