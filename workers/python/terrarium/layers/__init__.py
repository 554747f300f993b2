"""Layers: files as tar members in one zstd frame. See launcher/FORMAT.md, section Layer."""
