"""Reads for pages about people, locations and connected accounts."""
