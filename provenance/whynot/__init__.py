"""Why a conclusion was not drawn, and the smallest changes of the case that would have drawn it."""
