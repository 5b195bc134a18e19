"""The built-in functions of FEEL, by theme; `table.py` gathers them."""
