"""The knowledge base without a source, a statement or a reading: what falls, survives or changes."""
