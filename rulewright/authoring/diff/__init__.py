"""Two versions of a knowledge base compared: what was edited, and what that does to advice."""
