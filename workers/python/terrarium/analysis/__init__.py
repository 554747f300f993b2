"""A dropped project → what can be said of it without running any of its code."""
