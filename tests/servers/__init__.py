"""Servers that the tests, the benchmarks and `make demo GRAPH=neo4j` start for themselves and stop afterwards."""


class ServerUnavailable(Exception):
    """This machine cannot start the server; the message says what to install."""


class ServerRefused(Exception):
    """The server that was named must not be used: it holds data that is not ours."""
