"""Our SMTP client (RFC 5321): bytes rendered once, one recipient, and the exact stage at which it failed.

The standard library's client hides the stage and edits the message, so the dialogue is written out here.
Nothing the relay says is kept but its three digits, and nothing of the mail is logged.
"""

import re
from base64 import b64encode
from contextlib import suppress
from typing import Final

from madoguchi.foundation.lib import net
from madoguchi.foundation.lib.contact import envelope_form
from madoguchi.rooms.delivery import rules
from madoguchi.rooms.delivery.rules import Outcome, RenderedMail, Stage, Verdict
from madoguchi.rooms.delivery.target import Target

_LONGEST_LINE, _MOST_LINES = 4096, 100  # of one reply; RFC 5321 asks for 512 bytes a line
_CHUNK = 64 * 1024
_QUIT_SECONDS = 5.0
_REPLY = re.compile(rb"(?P<code>[2-5][0-9]{2})(?:(?P<more>[ -])(?P<text>.*))?", re.DOTALL)


def send(target: Target, mail: RenderedMail, *, timeout: float, per_verb: float = 60.0) -> Outcome:
    """Hands the mail to the relay. `timeout` bounds the whole dialogue, `per_verb` each step of it, in
    seconds. Never raises for anything the network or the relay does."""
    if fault := rules.unsendable(mail):
        return Outcome(Verdict.REFUSED, fault)
    dialogue = _Dialogue(target, net.Deadline(timeout), per_verb)
    try:
        return dialogue.deliver(mail)
    except _Unwanted as reply:
        return reply.outcome
    except net.TlsRefused:
        return Outcome(Verdict.RETRY, f"{dialogue.stage}-untrusted", loud=True)
    except OSError:
        return rules.classify(None, dialogue.stage)
    finally:
        dialogue.close()


class _Unwanted(Exception):
    """The relay answered, but not what leads on."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome.code)


class _Dialogue:
    """One connection, one mail. `stage` is the step under way: whatever fails, failed there."""

    def __init__(self, target: Target, deadline: net.Deadline, per_verb: float) -> None:
        self.stage: Stage = "connect"
        self._target: Final = target
        self._deadline = deadline
        self._per_verb: Final = per_verb
        self._sock: net.Socket | None = None
        self._heard = bytearray()
        self._offers: dict[str, str] = {}
        self._in_step = False  # the relay has answered everything that was said

    def deliver(self, mail: RenderedMail) -> Outcome:
        self._open()
        self._greet(mail.message_id.rpartition("@")[2].rstrip(">"))
        self._sign_in()
        size = f" SIZE={len(mail.content)}" if "SIZE" in self._offers else ""
        sender = envelope_form(mail.envelope_from) if mail.envelope_from else ""
        self._ask("mail", f"MAIL FROM:<{sender}>{size}", 250)
        self._name_recipient(mail.recipient)
        self._ask("data", "DATA", 354)
        return self._hand_over(mail.content)

    def close(self) -> None:
        if self._sock is None:
            return
        if self._in_step:
            self._deadline = net.Deadline(min(_QUIT_SECONDS, self._per_verb))
            with suppress(OSError):  # the outcome is known; a relay that hangs up now changes nothing
                self._say(b"QUIT\r\n")
                self._hear()
        self._sock.close()

    def _open(self) -> None:
        seconds = min(self._per_verb, self._deadline.left())
        self._sock = net.connect(self._target.host, self._target.port, timeout=seconds)
        if self._target.security == "smtps":
            self._encrypt("tls")
        self.stage = "greeting"
        self._check(self._hear()[0], 220)

    def _encrypt(self, stage: Stage) -> None:
        self.stage, self._in_step = stage, False
        if self._heard:  # said in the clear, it must not pass for the encrypted relay (CVE-2011-0411)
            raise net.TlsRefused("unasked text before the handshake")
        sock = self._ready(self._step())
        self._sock = net.start_tls(sock, self._target.host, self._target.ca_file)

    def _greet(self, name: str) -> None:
        self._hello(name)
        if self._target.security != "smtp+starttls":
            return
        self.stage = "starttls"
        if "STARTTLS" not in self._offers:
            raise _Unwanted(Outcome(Verdict.RETRY, "starttls-not-offered", loud=True))
        self._ask("starttls", "STARTTLS", 220)
        self._encrypt("starttls")
        self._hello(name)

    def _hello(self, name: str) -> None:
        lines = self._ask("ehlo", f"EHLO {name}", 250)
        offers = (line.upper().replace("AUTH=", "AUTH ").partition(" ") for line in lines[1:])
        self._offers = {keyword: rest for keyword, _, rest in offers}

    def _sign_in(self) -> None:
        user, password = self._target.user.encode(), self._target.password.encode()
        if not user:
            return
        ways = self._offers.get("AUTH", "").split()
        if "PLAIN" in ways:
            self._ask("auth", "AUTH PLAIN " + _base64(b"\0" + user + b"\0" + password), 235)
        elif "LOGIN" in ways:
            self._ask("auth", "AUTH LOGIN", 334)
            self._ask("auth", _base64(user), 334)
            self._ask("auth", _base64(password), 235)
        else:
            raise _Unwanted(Outcome(Verdict.RETRY, "auth-not-offered", loud=True))

    def _name_recipient(self, recipient: str) -> None:
        self.stage = "rcpt"
        code, _ = self._put(f"RCPT TO:<{envelope_form(recipient)}>")
        if rules.may_try_unquoted(code, recipient):
            code, _ = self._put(f"RCPT TO:<{recipient}>")
        self._check(code, 250, 251, 252)

    def _hand_over(self, content: bytes) -> Outcome:
        self.stage = "body"
        stuffed = re.sub(rb"(?m)^\.", b"..", content)
        if not stuffed.endswith(b"\r\n"):
            stuffed += b"\r\n"
        for start in range(0, len(stuffed), _CHUNK):
            self._say(stuffed[start : start + _CHUNK])
        self.stage = "end"  # from here on the relay may have taken it, whatever we hear
        self._say(b".\r\n")
        return rules.classify(self._hear()[0], "end")

    def _ask(self, stage: Stage, line: str, *wanted: int) -> list[str]:
        self.stage = stage
        code, lines = self._put(line)
        self._check(code, *wanted)
        return lines

    def _check(self, code: int, *wanted: int) -> None:
        if code not in wanted:
            raise _Unwanted(rules.classify(code, self.stage))

    def _put(self, line: str) -> tuple[int, list[str]]:
        self._say(line.encode("ascii") + b"\r\n")
        return self._hear()

    def _say(self, data: bytes) -> None:
        self._in_step = False
        self._ready(self._step()).sendall(data)

    def _hear(self) -> tuple[int, list[str]]:
        """One whole reply: its code, and its lines without it. ConnectionError for what is no reply."""
        step, lines = self._step(), list[str]()
        for _ in range(_MOST_LINES):
            match = _REPLY.fullmatch(self._line(step))
            if match is None:
                break
            lines.append((match["text"] or b"").decode("ascii", "replace"))
            if match["more"] != b"-":
                self._in_step = True
                return int(match["code"]), lines
        raise ConnectionError("the relay does not speak SMTP")

    def _line(self, step: net.Deadline) -> bytes:
        while (end := self._heard.find(b"\n")) < 0:
            if len(self._heard) > _LONGEST_LINE:
                raise ConnectionError("the reply has no end")
            more = self._ready(step).recv(_LONGEST_LINE)
            if not more:
                raise ConnectionError("the relay hung up")
            self._heard += more
        line = bytes(self._heard[:end]).rstrip(b"\r")
        del self._heard[: end + 1]
        return line

    def _step(self) -> net.Deadline:
        return self._deadline.sooner(self._per_verb)

    def _ready(self, step: net.Deadline) -> net.Socket:
        if self._sock is None:
            raise ConnectionError("not connected")
        self._sock.settimeout(step.left())
        return self._sock


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
