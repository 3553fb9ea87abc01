"""Whose losses a figure speaks of: those of the force that gives it, those of its enemy, or neither.

It follows from the sides of the conflict on the days on which the incident may have happened, or else from what the
forces did in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from operations.models import Force

from ..choices import InvolvementRole
from .estimates import Interest

#: The roles of those who attacked, and of those who were attacked or came to help them.
INITIATING = frozenset({InvolvementRole.INITIATOR, InvolvementRole.CLAIMED_RESPONSIBILITY})
DEFENDING = frozenset({InvolvementRole.TARGET, InvolvementRole.RESPONDER})

#: The roles of those who are said to have caused the harm.
CAUSING = frozenset({*INITIATING, InvolvementRole.ACCUSED})


@dataclass(frozen=True)
class Scene:
    """What is known of where people were harmed: the victims' force, the days, the conflict, and who was involved.

    Without `victims` nothing is known of their force, unless they are `civilians`. `conflict` is the key of the one
    that the record names, None if it names none. `involved` are the forces with their roles.
    """

    victims: Force | None
    civilians: bool = False
    first_day: date = date.min
    last_day: date = date.max
    conflict: int | None = None
    involved: tuple[tuple[Force, str], ...] = field(default_factory=tuple)

    def interest_of(self, claimant: Force) -> Interest:
        """Return what a force that gives a figure is to the victims."""
        roles = {role for force, role in self.involved if claimant.is_kin_of(force)}
        if self.civilians and roles & CAUSING:
            return Interest.PERPETRATOR
        if self.victims is None:
            known = self.civilians and roles <= DEFENDING
            return Interest.UNCLEAR if roles and not known else Interest.NONE
        if claimant.is_kin_of(self.victims):
            return Interest.OWN
        by_sides = set(self._by_sides(claimant, self.victims))
        if len(by_sides) == 1:
            return by_sides.pop()
        by_roles = self._by_roles(claimant, self.victims)
        if by_roles != Interest.NONE:
            return by_roles
        return Interest.UNCLEAR if by_sides or roles else Interest.NONE

    def _by_sides(self, claimant: Force, victims: Force) -> Iterator[Interest]:
        """Yield what the two were to each other, in each conflict and on each possible day on which both had a side."""
        for day in self._days_of_change((claimant, victims)):
            ours, theirs = claimant.sides_on(day), victims.sides_on(day)
            for conflict in ours.keys() & theirs.keys():
                if self.conflict in {None, conflict}:
                    yield Interest.OWN if ours[conflict] == theirs[conflict] else Interest.ENEMY

    def _days_of_change(self, forces: Iterable[Force]) -> set[date]:
        """Return the first possible day, and the possible days on which a force may have changed sides."""
        days = {self.first_day}
        for member in (each for force in forces for above in force.line() for each in above.memberships.all()):
            days.add(member.first_day)
            if member.last_day < date.max:
                days.add(member.last_day + timedelta(days=1))
        return {day for day in days if self.first_day <= day <= self.last_day}

    def _by_roles(self, claimant: Force, victims: Force) -> Interest:
        """Return what the two were to each other by what they did; NONE if that does not say it."""
        ours, theirs = self._camps(claimant), self._camps(victims)
        if len(ours) != 1 or len(theirs) != 1:
            return Interest.NONE
        return Interest.OWN if ours == theirs else Interest.ENEMY

    def _camps(self, force: Force) -> set[frozenset[str]]:
        """Return the roles on whose side a force, or one above or below it, acted."""
        roles = {role for other, role in self.involved if force.is_kin_of(other)}
        return {camp for camp in (INITIATING, DEFENDING) if camp & roles}
