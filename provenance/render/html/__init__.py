"""Answers as one file of HTML: self-contained, without a request to anywhere, readable without a script."""
