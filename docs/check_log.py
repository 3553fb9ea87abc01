"""Check a published log from outside: python3 check_log.py FEED [HEAD.json]

FEED is the address of a feed of changes, such as https://example.org/api/v1/changes/, or a file with one item of it on
each line, in the order of seq, after a first line with the log's epochs (the `log` of /api/v1/meta/). HEAD.json is a
head that `manage.py head` once signed. It needs Python and nothing else, so nobody has to trust Hamrin's own code.
"""

import hashlib
import json
import re
import sys
from urllib.request import urlopen


def read(text):
    """Read JSON and keep each fraction as it is written: another spelling of a number would be another document."""
    return json.loads(text, parse_float=lambda digits: f"\0{digits}\0")


def write(value):
    """Write JSON as the log does: without spaces, in Unicode, fractions as they were read."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r'"\\u0000([^"]*)\\u0000"', r"\1", text)


def digest(value):
    return hashlib.sha256(write(value).encode()).hexdigest()


def items_of(feed):
    """Yield the epochs of the log, then each item of its feed."""
    if not feed.startswith(("http://", "https://")):
        with open(feed, encoding="utf-8") as lines:
            yield from map(read, lines)
        return
    with urlopen(feed.partition("?")[0].replace("/changes/", "/meta/")) as answer:
        yield read(answer.read())["log"]
    while feed:
        with urlopen(feed) as answer:
            page = read(answer.read())
        yield from page["results"]
        feed = page["next"]


def check(feed, head):
    """Return seq and chain of the newest item, or end with the first fault."""
    items = items_of(feed)
    epochs = next(items)["epochs"]
    seq, chain, wanted = 0, "", {head["seq"]: head["chain"]} if head else {}
    for item in items:
        if item["seq"] != seq + 1:
            sys.exit(f"seq {seq + 1} is missing: the next one is {item['seq']}.")
        for epoch in (each for each in epochs if each["after_seq"] == seq):
            names = ("number", "id", "after_seq", "began_at", "reason")
            chain = digest([chain, *(epoch[name] for name in names)])
        seq = item["seq"]
        document = write(item["document"]) if item["document"] else None
        names = ("seq", "kind", "uid", "number", "op", "reason_code", "reason", "replaced_by", "changed_fields", "at")
        said = [*(item[name] for name in names), item["codebook"], document, item["digest"], item["seal"]]
        chain = digest([chain, *said])
        if chain != item["chain"]:
            sys.exit(f"seq {seq}: {item['kind']} {item['uid']} was altered, or one before it: the chain breaks here.")
        if wanted.get(seq, chain) != chain:
            sys.exit(f"The log up to seq {seq} is not the one that was signed on {head['at']}.")
    if head and (epochs[0]["id"] != head["log"] or seq < head["seq"]):
        sys.exit(f"The log is another one, or was cut: {head['log']} went up to seq {head['seq']} on {head['at']}.")
    return seq, chain


# The signature: Ed25519, as RFC 8032 defines it.
P, D = 2**255 - 19, -121665 * pow(121666, -1, 2**255 - 19)
ORDER = 2**252 + 27742317777372353535851937790883648493


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or y >= P:
        raise ValueError
    return (P - x if x & 1 != sign else x), y


def add(one, other):
    (a, b), (c, d) = one, other
    product = D * a * b * c * d
    return (a * d + b * c) * pow(1 + product, -1, P) % P, (b * d + a * c) * pow(1 - product, -1, P) % P


def times(number, base):
    total = (0, 1)
    while number:
        if number & 1:
            total = add(total, base)
        base, number = add(base, base), number >> 1
    return total


def is_signed(head):
    """Return whether a head was signed with the key that it names."""
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    key, signature = bytes.fromhex(head["key"]), bytes.fromhex(head["signature"])
    statement = write([head[name] for name in ("log", "epoch", "seq", "chain", "at")]).encode()
    number = int.from_bytes(hashlib.sha512(signature[:32] + key + statement).digest(), "little") % ORDER
    scalar = int.from_bytes(signature[32:], "little")
    return scalar < ORDER and times(scalar, base) == add(point(signature[:32]), times(number, point(key)))


if __name__ == "__main__":
    head = None
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            head = json.load(file)
        if not is_signed(head):
            sys.exit("The signature of the head is wrong.")
    seq, chain = check(sys.argv[1], head)
    sys.stdout.write(f"The log is whole up to seq {seq}, chain {chain}.\n")
    if head:
        sys.stdout.write(f"It holds the head of seq {head['seq']}, signed with the key {head['key']}.\n")
