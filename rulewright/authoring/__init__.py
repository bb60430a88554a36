"""Tools for those who write knowledge bases."""
