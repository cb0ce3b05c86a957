"""The composition root: the environment, Django's settings, addresses, the worker and the server."""
