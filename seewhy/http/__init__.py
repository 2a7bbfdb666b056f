"""The HTTP interface: the AuthZEN Authorization API 1.0 under `/access`, and SeeWhy's own questions under `/v1`.

    application.py   the routes
    surroundings.py  the Host and the id of every request
    credentials.py   the token of a request, and which questions it opens
    asking.py        how many questions at once, for how long, from which load; the status of each refusal
    bodies.py        a request's body and day, or the refusal that says what is wrong with it
    entities.py      subject, action, resource: the shapes of AuthZEN
    accepted.py      which types, actions and properties mean something in the graph that is asked
    evaluation.py    may they? one question, and many of one load
    search.py        who, what, which actions, whole or by pages
    paging.py        the tokens of pages
    questions.py     SeeWhy's own endpoints: the JSON of the commands
    openapi.py       the OpenAPI document
    recorded.py      what a record of questions is told of evaluations and searches
    metrics.py       counters for Prometheus
    connections.py   connections that hold nobody up
    server.py        the server process
    beside.py        the same in the process of the explorer

It reads only.
"""
