"""The rules in the admin. Nothing else of screening is shown here: health answers have one door."""

from screening.admin.cases import RuleCaseAdmin
from screening.admin.versions import RuleVersionAdmin

__all__ = ["RuleCaseAdmin", "RuleVersionAdmin"]
