"""Exact resolution: requirements and index answers → which wheel for which target."""
