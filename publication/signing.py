"""The head of the log, signed: kept elsewhere, it finds a log that was cut or replaced, whoever owns the database."""

import json
import os
from contextlib import suppress

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils import timezone

from .models import Epoch, Revision

#: What of a head is signed, in this order.
SIGNED = ("log", "epoch", "seq", "chain", "at")


class HeadRefused(Exception):
    """Raised if there is no head to sign, or if a file is not the signed head of a log; the message says why."""


def signed_head() -> dict[str, str | int]:
    """Return where the log stands: its id, epoch, seq and chain, with the moment, the public key and the signature."""
    newest, epochs = Revision.objects.order_by("seq").only("seq", "chain").last(), Epoch.objects.order_by("number")
    first, last = epochs.first(), epochs.last()
    if newest is None or first is None or last is None:
        raise HeadRefused("Nothing is published yet, so there is no head to sign.")
    head: dict[str, str | int] = {
        "log": str(first.uid),
        "epoch": last.number,
        "seq": newest.seq,
        "chain": newest.chain,
        "at": timezone.now().isoformat().replace("+00:00", "Z"),
    }
    key = _signing_key()
    return head | {"key": _public(key), "signature": key.sign(_statement(head)).hex()}


def faults_by(text: str) -> list[str]:
    """Return what the signed head in a text says against the log, in sentences. Raise HeadRefused if it is none."""
    head = _read(text)
    if head["key"] != _public(_signing_key()):
        return [f"The head is signed with another key than that of this site: {head['key']}."]
    first = Epoch.objects.order_by("number").first()
    if first is None or str(first.uid) != head["log"]:
        return [f"The head is of another log: {head['log']}."]
    newest = Revision.objects.head()
    if newest < head["seq"]:
        return [f"The log was cut: on {head['at']} it went up to seq {head['seq']}, and now it ends at {newest}."]
    faults = []
    if not Revision.objects.filter(seq=head["seq"], chain=head["chain"]).exists():
        faults.append(f"The log up to seq {head['seq']} is not the one that was signed on {head['at']}.")
    if Epoch.objects.count() < head["epoch"]:
        faults.append(f"The log was in epoch {head['epoch']} on {head['at']}, and does not know of it.")
    return faults


def _read(text):
    try:
        head = json.loads(text)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(head["key"])).verify(
            bytes.fromhex(head["signature"]), _statement(head)
        )
    except (ValueError, KeyError, TypeError) as error:
        raise HeadRefused("This is not a head of a log, as `manage.py head` prints it.") from error
    except InvalidSignature as error:
        raise HeadRefused("The signature is wrong: the file was altered since it was signed.") from error
    return head


def _statement(head):
    """Return the bytes that are signed."""
    return orjson.dumps([head[name] for name in SIGNED])


def _public(key):
    return key.public_key().public_bytes_raw().hex()


def _signing_key():
    """Return the key of this site: that of the setting, or the one that was made the first time it was needed."""
    text = settings.HAMRIN_SIGNING_KEY
    if not text:
        path = settings.HAMRIN_DATA / "signing_key"
        with suppress(FileExistsError), open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex())
        text = path.read_text()
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))
