"""Reads for pages about posts and sync."""
