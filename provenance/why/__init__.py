"""Why a conclusion has its value: every firing, the evidence that suffices, and what it falls without."""
