"""The smallest changes of a case that would draw a conclusion.

A change fills a place: a datum of a record, a field of an item, an item more or less, a list that is complete. Sizes
are tried in turn. At each step `reach` says, without trying values, which sets of places would have to be filled at
least, `values` which values of a place could make a difference, and `search` tries them on the compiled engine. What it
finds is drawn together into ranges by `telling`, and tried once more as a case that was read.
"""
