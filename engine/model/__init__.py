"""The nouns of the design, one module each."""
