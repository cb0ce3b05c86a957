"""How much of a mail is looked at. What goes beyond gives a fault code and what could be read so far."""

from dataclasses import dataclass, field

BYTES = 64 * 1024 * 1024
PARTS = 3000
DEPTH = 24
ATTACHMENTS = 1500
TEXT = 2_000_000  # characters of all texts together


@dataclass(slots=True)
class Count:
    """What one mail has used; `fault` is the first limit that was met."""

    parts: int = 0
    attachments: int = 0
    fault: str = field(default="")

    def met(self, fault: str) -> None:
        self.fault = self.fault or fault

    def another_part(self) -> bool:
        self.parts += 1
        if self.parts > PARTS:
            self.met("too-many-parts")
        return self.parts <= PARTS

    def another_attachment(self) -> bool:
        self.attachments += 1
        if self.attachments > ATTACHMENTS:
            self.met("too-many-attachments")
        return self.attachments <= ATTACHMENTS
