"""The HTTP interface: the AuthZEN Authorization API 1.0 under `/access`, and SeeWhy's own questions under `/v1`.

    application.py   the routes, limits, and what surrounds every request
    bodies.py        a request's body and day, or the refusal that says what is wrong with it
    entities.py      subject, action, resource: the shapes of AuthZEN
    evaluation.py    may they? one question, and many of one load
    search.py        who, what, which actions, whole or by pages
    pages.py         the tokens of pages
    questions.py     SeeWhy's own endpoints: the JSON of the commands
    description.py   the OpenAPI document
    measures.py      counters for Prometheus
    running.py       the server process

It reads only.
"""
