"""Links in the headers of an answer: to the pages around it, and to the one address that will always show it."""

from rest_framework.utils.urls import remove_query_param, replace_query_param

from publication.positions import Position


def add_links(response, **targets):
    """Add to the answer's `Link` header (RFC 8288) each target under its relation, unless it is None; return it."""
    links = [f'<{target}>; rel="{relation}"' for relation, target in targets.items() if target]
    if before := response.get("Link"):
        links.insert(0, before)
    if links:
        response["Link"] = ", ".join(links)
    return response


def pinned(address: str, position: Position) -> str:
    """Return the address of a record, or of a query's first page, as it stood at a position (cite-as, RFC 8574)."""
    for name in ("cursor", "release"):
        address = remove_query_param(address, name)
    return replace_query_param(replace_query_param(address, "as_of", position.seq), "chain", position.short)


def tell_position(response, position: Position) -> None:
    """Say in the headers of an answer which log it is of, and where that stood."""
    said = {"Seq": position.seq, "Chain": position.chain, "Log": position.log, "Epoch": position.epoch}
    for name, value in said.items():
        response[f"X-Data-{name}"] = str(value)
