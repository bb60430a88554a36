"""Other cases than the one that was advised: what if a datum were another, and which to ask for next."""
