"""The front end: sources, their build, and the manifest of what was built."""
