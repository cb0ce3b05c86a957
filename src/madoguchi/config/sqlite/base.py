"""SQLite for a receipt: WAL, synchronous=FULL, writers take turns, reads never wait.

`atomic` means write: the turn is taken before BEGIN IMMEDIATE and given back on commit, rollback or
close. A write outside a transaction holds the turn for its one statement. `reading()` is a deferred,
query-only transaction for reads that must agree.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from madoguchi.config.sqlite.turn import NoTurn, Turn, turn_for

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "ALTER", "DROP", "VACUUM", "REINDEX")


@lru_cache(maxsize=512)
def _with_marks(query: str) -> str:
    """%s → ?, as Django does for each execution anew; the text holds no values."""
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Cursor(base.SQLiteCursorWrapper):
    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        if param_names is None:
            return _with_marks(query)
        return str(super().convert_query(query, param_names=param_names))


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holds_turn = False
        self.execute_wrappers.append(self._statement_turn)

    # -- the turn ---------------------------------------------------------------------------------

    @cached_property
    def _turn(self) -> Turn | None:
        name = str(self.settings_dict["NAME"])
        if ":memory:" in name or "mode=memory" in name:
            return None
        return turn_for(Path(name), patience=float(self.settings_dict.get("TURN_PATIENCE", 10)))

    def _take(self) -> bool:
        turn = self._turn
        if turn is None or self._holds_turn:
            return False
        try:
            turn.take()
        except NoTurn:
            raise OperationalError("no turn to write: another writer is stuck") from None
        self._holds_turn = True
        return True

    def _give_back(self) -> None:
        turn = self._turn
        if turn is not None and self._holds_turn:
            self._holds_turn = False
            turn.release()

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # Django has it, its stubs do not
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> None:
        # A failed COMMIT (disk full) leaves the transaction open; Django rolls back next, which gives back.
        super()._commit()  # type: ignore[misc]  # Django has it, its stubs do not
        self._give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # Django has it, its stubs do not
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # Django has it, its stubs do not
        finally:
            self._give_back()

    def _statement_turn(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Sequence[Any] | Mapping[str, Any] | None,
        many: bool,
        context: Any,
    ) -> Any:
        alone = not self.in_atomic_block and sql.lstrip()[:8].upper().startswith(_WRITES)
        if not alone or not self._take():
            return execute(sql, params, many, context)
        try:
            return execute(sql, params, many, context)
        finally:
            self._give_back()

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)

    # -- reading ----------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A deferred, query-only transaction: everything read inside is one moment of the database.

        Inside another `reading` it joins that one's moment.
        """
        self.ensure_connection()
        assert self.connection is not None
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("PRAGMA query_only=ON")
        self.connection.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            self.connection.rollback()
            self.connection.execute("PRAGMA query_only=OFF")
