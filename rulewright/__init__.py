"""What people and services touch: the command line, the tools of authors, the service."""
