"""Builds: a project's PEP 517 backend run in this process, which lives for one build, and kept apart from our own modules in it."""
