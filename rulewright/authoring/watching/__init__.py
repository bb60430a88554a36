"""What a save of a knowledge base's files changes: what is wrong, which scenarios it reaches, what they are advised."""
