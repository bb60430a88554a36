"""From advice back to evidence."""
