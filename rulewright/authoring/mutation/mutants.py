"""Every mutant of a knowledge base."""

from __future__ import annotations

from engine.model.knowledge import KnowledgeBase
from rulewright.authoring.mutation.facts import fact_mutants
from rulewright.authoring.mutation.mutant import Mutant, numbered
from rulewright.authoring.mutation.relations import relation_mutants
from rulewright.authoring.mutation.rules import rule_mutants
from rulewright.authoring.mutation.words import word_mutants

MAKERS = (rule_mutants, fact_mutants, relation_mutants, word_mutants)
"""What makes mutants, each of one part of a knowledge base."""


def mutants(knowledge: KnowledgeBase) -> list[Mutant]:
    """Every mutant, each with a name of its own, in the order of what was loaded."""
    return numbered(mutant for make in MAKERS for mutant in make(knowledge))
