"""Eligibility as dated data: rule sets that people edit, judged by an engine that never guesses.

The format is described in README.md beside this file.
"""

from services.intake.eligibility.book import SHIPPED, RuleBook
from services.intake.eligibility.faults import Fault, RuleSetError
from services.intake.eligibility.judgement import Judgement
from services.intake.eligibility.load import load_rule_set
from services.intake.eligibility.ruleset import RuleSet

__all__ = ["SHIPPED", "Fault", "Judgement", "RuleBook", "RuleSet", "RuleSetError", "load_rule_set"]
