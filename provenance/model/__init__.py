"""The published contracts of the answers to a reviewer's questions: one module a noun, every model frozen."""
