"""Beginnings of what authors write: a knowledge base, a source, a fact, a rule, a scenario.

What only the author can know is marked (`mark`), and `check` finds the marks.
"""
