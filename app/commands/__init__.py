"""The steps behind `make`: environment, assets, translations, demo, tests.

What runs before the dependencies are installed uses the standard library alone; this file imports nothing.
"""
