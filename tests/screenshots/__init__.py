"""Pictures of every page and state at two widths, from the gallery: `make screenshots`."""
