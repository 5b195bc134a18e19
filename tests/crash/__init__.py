"""kill -9 of web and worker at random moments: nothing lost, nothing doubled."""
