"""The cache that allauth counts in, kept in the database: its limits hold in every process and after a restart."""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from madoguchi.rooms.organisation.actions import remember
from madoguchi.rooms.organisation.queries import remembered

_LONGEST = 24 * 60 * 60.0


class Memory(BaseCache):
    """Only for small facts that JSON can hold; nothing is pickled."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        name = self.make_key(key, version=version)
        return remember.remember_once(key=name, value=value, seconds=self._seconds(timeout))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        found = remembered(self.make_key(key, version=version))
        return default if found is None else found

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        name = self.make_key(key, version=version)
        remember.remember(key=name, value=value, seconds=self._seconds(timeout))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        found = self.get(key, version=version)
        if found is None:
            return False
        self.set(key, found, timeout, version)
        return True

    def delete(self, key: Any, version: int | None = None) -> bool:
        return remember.forget(key=self.make_key(key, version=version))

    def clear(self) -> None:
        raise NotImplementedError("counts of wrong passwords are never thrown away all at once")

    def _seconds(self, timeout: Any) -> float:
        if timeout is DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return _LONGEST if timeout is None else min(float(timeout), _LONGEST)
