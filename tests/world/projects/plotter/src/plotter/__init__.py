"""Draws a bar for each word of a text."""
