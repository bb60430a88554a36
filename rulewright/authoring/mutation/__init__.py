"""Changed copies of a knowledge base, and whether its scenarios notice: what no scenario notices, nothing tests."""
