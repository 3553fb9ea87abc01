"""The type of violence that follows from who was involved in an incident."""

from typing import NamedTuple

from operations.choices import ForceKind, Standing

from ..choices import InvolvementRole, VictimStatus, ViolenceType
from .parties import DEFENDING, INITIATING


class Derived(NamedTuple):
    """A type of violence, and why, in a sentence."""

    code: ViolenceType
    sentence: str


def violence_of(incident) -> Derived:
    """Return the type of violence that follows from the forces and victims of an incident, all of them loaded."""
    if not incident.violent:
        return Derived(ViolenceType.NONE, "It is an act without violence.")
    roles = [(each.force, each.role) for each in incident.involvements.all() if each.standing == Standing.TOOK_PART]
    fighting = [(force, role) for force, role in roles if force.kind not in ForceKind.unarmed()]
    attackers, attacked, parties = (
        _unique(force for force, role in fighting if role in camp)
        for camp in (INITIATING, DEFENDING, {InvolvementRole.PARTY})
    )
    fought = (attackers and attacked) or len(_apart(parties)) > 1 or (parties and (attackers or attacked))
    if fought:
        return _between(_unique([*attackers, *attacked, *parties]))
    victims = {each.victim_status for each in incident.casualties.all()}
    civilians = any(force.kind in ForceKind.unarmed() and role in DEFENDING for force, role in roles)
    only_civilians = victims == {VictimStatus.CIVILIAN} or (civilians and victims <= {VictimStatus.CIVILIAN})
    if attackers and only_civilians and not attacked:
        if any(force.kind == ForceKind.UNIDENTIFIED for force in attackers):
            return Derived(ViolenceType.UNKNOWN, "Civilians were attacked, and nobody says by which group.")
        return Derived(ViolenceType.ONE_SIDED, f"{_names(attackers)} attacked civilians, and nobody fought back.")
    if not roles:
        return Derived(ViolenceType.UNKNOWN, "No force is named.")
    return Derived(ViolenceType.UNKNOWN, "Only one side is named.")


def _between(forces):
    """Return the type of a fight between forces."""
    if unidentified := [force for force in forces if force.kind == ForceKind.UNIDENTIFIED]:
        return Derived(ViolenceType.UNKNOWN, f"{_names(unidentified)}: no source says which group that was.")
    if states := [force for force in forces if force.kind in ForceKind.of_a_state()]:
        return Derived(ViolenceType.STATE_BASED, f"{_names(states)} fought for a government.")
    return Derived(ViolenceType.NON_STATE, f"No government's force fought: {_names(forces)}.")


def _apart(forces):
    """Return those of some forces that are above none of the others: a command and its own unit are one party."""
    return [force for force in forces if not any(force != other and force in other.line() for other in forces)]


def _unique(forces):
    return list(dict.fromkeys(forces))


def _names(forces):
    return ", ".join(sorted(force.name for force in forces))
