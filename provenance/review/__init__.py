"""What a reviewer works through: how parts stand by their reviews, what uses them, the dossier of a source."""
