"""The canonical form of addresses: what a page is called, however a reader came to it."""

import re

from django.db.models import Expression, F, Func, Value

#: What is replaced in an address, in this order; PostgreSQL and Python read these patterns alike.
REPLACED = (
    (r"^https?://web\.archive\.org/(web/)?[0-9a-z_*]+/", ""),
    (r"^https?://", ""),
    (r"^(www|m|mobile|amp)\.", ""),
    (r"#.*$", ""),
    # Where a reader came from, and which form of the page was shown.
    (r"([?&])((utm_|at_|pk_|mc_)[a-z0-9_]*|fbclid|gclid|dclid|igshid|yclid|msclkid|cmpid|ocid|ref|ref_src|ref_url|source|"
     r"smid|share|amp|outputtype)(=[^&]*)?(?=&|$)", r"\1"),
    (r"&&+", "&"),
    (r"[?]&+", "?"),
    (r"[?&]+$", ""),
    (r"(/amp|-amp|\.amp|\.amp\.html|/amp\.html)?/*$", ""),
)  # fmt: skip


def canonical_address(address: str) -> str:
    """Return the canonical form of an address, without its scheme."""
    for pattern, replacement in REPLACED:
        address = re.sub(pattern, replacement, address, flags=re.IGNORECASE)
    return address


def canonical_column(name: str) -> Expression:
    """Return the expression for the canonical form of a column of addresses."""
    found: Expression = F(name)
    for pattern, replacement in REPLACED:
        found = Func(found, Value(pattern), Value(replacement), Value("gi"), function="regexp_replace")
    return found
