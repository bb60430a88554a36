"""Two advices compared, line by line, and proofs by their content."""
