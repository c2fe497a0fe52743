"""Make every decision again from what was sealed with it, and say which come out otherwise."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from screening.models import Decision, RuleVersion
from screening.replay import replay
from screening.vault import VaultClosed

DIFFERENT = 1


class Command(BaseCommand):
    help = (
        "Makes every kept decision again from the answers, letters, days and rules sealed with it, and compares. "
        "Prints the public id of a decision that comes out otherwise and the names of the fields, never a value. "
        "Exits with 1 when there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rules", metavar="LABEL", help="only decisions made with this version")
        parser.add_argument("--last", type=int, metavar="NUMBER", help="only so many, the newest first")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter()
        # Each version is read once, however many decisions it has.
        versions = {version.pk: version for version in RuleVersion.objects.all()}
        found = Decision.objects.select_related("client", "screening").order_by("-made_at", "-pk")
        if options["rules"]:
            found = found.filter(rules__label=options["rules"])
        if options["last"] is not None:
            found = found[: max(0, options["last"])]
        for decision in found.iterator(chunk_size=200):
            decision.rules = versions[decision.rules_id]
            counts[self._tried(decision)] += 1
        self.stdout.write(
            f"{sum(counts.values())} decisions: {counts['same']} the same, {counts['different']} different, "
            f"{counts['unkept']} from before their inputs were kept, {counts['closed']} that the vault does not open."
        )
        if counts["different"]:
            raise SystemExit(DIFFERENT)

    def _tried(self, decision: Decision) -> str:
        try:
            result = replay(decision)
        except VaultClosed:
            return "closed"
        if not result.kept:
            return "unkept"
        if result.same:
            return "same"
        self.stdout.write(f"{decision.public_id} ({decision.rules.label}): {', '.join(result.differences)}")
        return "different"
