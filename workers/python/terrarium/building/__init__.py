"""Builds: a project's PEP 517 backend run in this very process, kept apart from everything else in it."""
