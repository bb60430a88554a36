"""The catalogue of checks: what loading and grounding cannot refuse, and an author should know all the same."""
