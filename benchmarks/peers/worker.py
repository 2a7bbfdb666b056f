"""One product on the small model, run by the Python of the peers' environment (no import of SeeWhy here).

    python worker.py PRODUCT MODEL.json      prints one JSON object

`check`, `what`, `who` are milliseconds: medians, `what` of the ids of all cases of the one top manager, asked three times;
`every` is seconds for the number of all pairs, `rows` for all pairs, named, in a Parquet file. Each kind of question is
asked once about somebody else before. `extrapolated` says that `every` was measured on some people and multiplied.
`said` holds the answers to compare.

Long because each product needs its own small adapter, and they are read side by side.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

Model = dict[str, Any]


def clock(ask: Any, *arguments: Any) -> tuple[float, float, Any]:
    """Milliseconds of the clock and of this process's CPU, all its threads, and the answer."""
    began = time.perf_counter(), time.process_time()
    answer = ask(*arguments)
    return (time.perf_counter() - began[0]) * 1000, (time.process_time() - began[1]) * 1000, answer


def asked(model: Model, check: Any, what: Any, who: Any, every: Any, rows: Any = None) -> dict[str, Any]:
    """Ask everything of one product; a function that is None is not asked."""
    found: dict[str, Any] = {"said": {}, "cpu": {}}

    def ask(name: str, unit: float, question: Any, *arguments: tuple[Any, ...]) -> list[Any]:
        times = [clock(question, *one) for one in arguments]
        found[name] = statistics.median(wall for wall, _, _ in times) / unit
        found["cpu"][name] = statistics.median(cpu for _, cpu, _ in times) / unit
        return [answer for _, _, answer in times]

    check(*model["checks"][0])
    found["said"]["checks"] = [bool(answer) for answer in ask("check", 1, check, *model["checks"])]
    if what:
        what(model["some"][0])
        found["said"]["what"] = len(set(ask("what", 1, what, *3 * [(model["top"],)])[0]))
    if who:
        first, *others = model["who"]
        who(first)
        found["said"]["who"] = [len(set(answer)) for answer in ask("who", 1, who, *((case,) for case in others))]
    if every:
        found["said"]["pairs"] = ask("every", 1000, every, (), (), ())[0]
    if rows:
        found["said"]["rows"] = ask("rows", 1000, rows, (), (), ())[0]
    return found


def sampled(model: Model, what: Any) -> dict[str, Any]:
    """Every pair from twenty people and the top manager."""
    top, _, _ = clock(what, model["top"])
    some = [clock(what, person)[0] for person in model["some"]]
    return {"every": (top + statistics.mean(some) * (len(model["person"]) - 1)) / 1000, "extrapolated": True}


def graph_database(package: str, model: Model) -> dict[str, Any]:
    """Kuzu and Ladybug: Cypher in this process."""
    product = __import__(package)
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "unit": [(f"u{n}",) for n in range(len(model["parent"]))],
            "person": [(f"p{n}",) for n in range(len(model["person"]))],
            "thing": [(f"c{n}",) for n in range(len(model["case"]))],
            "part": [(f"u{n}", f"u{p}") for n, p in enumerate(model["parent"]) if p >= 0],
            "manages": [(f"p{n}", f"u{u}") for n, u in enumerate(model["person"])],
            "lies": [(f"c{n}", f"u{u}") for n, u in enumerate(model["case"])],
        }
        database = product.Database(str(Path(folder, "graph")))
        connection = product.Connection(database)
        for label in ("Unit", "Person", "Thing"):
            connection.execute(f"CREATE NODE TABLE {label}(id STRING, PRIMARY KEY(id))")
        for kind, ends in (("Part", "Unit TO Unit"), ("Manages", "Person TO Unit"), ("Lies", "Thing TO Unit")):
            connection.execute(f"CREATE REL TABLE {kind}(FROM {ends})")
        for name, rows in files.items():
            file = Path(folder, f"{name}.csv")
            file.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
            connection.execute(f"COPY {name.capitalize()} FROM '{file}'")
        path = "(p:Person%s)-[:Manages]->(:Unit)<-[:Part*0..4]-(:Unit)<-[:Lies]-(c:Thing%s)"

        def rows(text: str, **given: str) -> list[Any]:
            result = connection.execute(text, given)
            out = []
            while result.has_next():
                out.append(result.get_next())
            return out

        def written() -> int:
            file = Path(folder, "pairs.parquet")
            file.unlink(missing_ok=True)
            connection.execute(f"COPY (MATCH {path % ('', '')} RETURN p.id, c.id) TO '{file}'")
            return int(rows(f"LOAD FROM '{file}' RETURN count(*)")[0][0])

        return asked(
            model,
            lambda p, c: rows(f"MATCH {path % (' {id: $p}', ' {id: $c}')} RETURN count(*)", p=f"p{p}", c=f"c{c}")[0][0],
            lambda p: [row[0] for row in rows(f"MATCH {path % (' {id: $p}', '')} RETURN c.id", p=f"p{p}")],
            lambda c: [row[0] for row in rows(f"MATCH {path % ('', ' {id: $c}')} RETURN p.id", c=f"c{c}")],
            lambda: rows(f"MATCH {path % ('', '')} RETURN count(*)")[0][0],
            written,
        )


def cedar(model: Model) -> dict[str, Any]:
    """Cedar: policies over the entities that come with each request; only those of the pair are sent."""
    from cedarpy import Decision, is_authorized, is_authorized_batch

    policy = 'permit(principal, action == Action::"view", resource) when { resource in principal.unit };'

    def entity(kind: str, one: int, attributes: dict[str, Any], parents: list[int]) -> dict[str, Any]:
        return {
            "uid": {"type": kind, "id": str(one)},
            "attrs": attributes,
            "parents": [{"type": "Unit", "id": str(parent)} for parent in parents],
        }

    units = [entity("Unit", n, {}, [p] if p >= 0 else []) for n, p in enumerate(model["parent"])]

    def person(one: int) -> dict[str, Any]:
        return entity("Person", one, {"unit": {"__entity": {"type": "Unit", "id": str(model["person"][one])}}}, [])

    def thing(one: int) -> dict[str, Any]:
        return entity("Thing", one, {}, [model["case"][one]])

    def request(p: int, c: int) -> dict[str, str]:
        return {"principal": f'Person::"{p}"', "action": 'Action::"view"', "resource": f'Thing::"{c}"', "context": {}}

    def chain(unit: int) -> list[dict[str, Any]]:
        return [units[unit], *chain(model["parent"][unit])] if unit >= 0 else []

    def check(p: int, c: int) -> bool:
        sent = [person(p), thing(c), *chain(model["case"][c])]
        held = {one["uid"]["id"] for one in sent if one["uid"]["type"] == "Unit"}
        sent += [u for u in chain(model["person"][p]) if u["uid"]["id"] not in held]
        return is_authorized(request(p, c), policy, sent).decision == Decision.Allow

    def batch(pairs: list[tuple[int, int]], entities: list[Any], told: int) -> list[int]:
        answers = is_authorized_batch([request(*pair) for pair in pairs], policy, entities)
        return [pair[told] for pair, answer in zip(pairs, answers, strict=True) if answer.decision == Decision.Allow]

    people, cases = range(len(model["person"])), range(len(model["case"]))

    def what(p: int) -> list[int]:
        return batch([(p, c) for c in cases], [*units, person(p), *map(thing, cases)], 1)

    def who(c: int) -> list[int]:
        return batch([(p, c) for p in people], [*units, thing(c), *map(person, people)], 0)

    found = asked(model, check, what, who, None)
    model = {**model, "some": model["some"][:2]}
    return found | sampled(model, what)


def casbin_model(model: Model) -> dict[str, Any]:
    """Casbin: two role hierarchies, one policy per unit."""
    import casbin

    text = """[request_definition]
r = sub, unit
[policy_definition]
p = unit
[role_definition]
g = _, _
g2 = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.unit) && g2(r.unit, p.unit)
"""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model.conf")
        file.write_text(text, "utf-8")
        enforcer = casbin.Enforcer(str(file))
        enforcer.enable_auto_build_role_links(False)
        enforcer.add_policies([[f"u{n}"] for n in range(len(model["parent"]))])
        enforcer.add_grouping_policies([[f"p{n}", f"u{u}"] for n, u in enumerate(model["person"])])
        enforcer.add_named_grouping_policies(
            "g2", [[f"u{n}", f"u{p}"] for n, p in enumerate(model["parent"]) if p >= 0]
        )
        enforcer.build_role_links()

        def check(p: int, c: int) -> bool:
            return bool(enforcer.enforce(f"p{p}", f"u{model['case'][c]}"))

        model = {**model, "checks": model["checks"][:60]}
        found = asked(model, check, None, None, None)
        pairs = len(model["person"]) * len(model["case"])
        # There is no question but the single one: lists are checks, one by one.
        found |= {"who": None, "what": None, "every": found["check"] * pairs / 1000, "extrapolated": True}
        return found


def spicedb(model: Model) -> dict[str, Any]:
    """SpiceDB embedded: relationships in memory, every question fully consistent."""
    from authzed.api.v1 import (
        CheckPermissionRequest,
        CheckPermissionResponse,
        Consistency,
        LookupResourcesRequest,
        LookupSubjectsRequest,
        ObjectReference,
        Relationship,
        RelationshipUpdate,
        SubjectReference,
        WriteRelationshipsRequest,
    )
    from authzed.api.v1.permission_service_pb2_grpc import PermissionsServiceStub
    from spicedb_embedded import EmbeddedSpiceDB

    schema = """definition person {}
definition unit {
  relation parent: unit
  relation manager: person
  permission view = manager + parent->view
}
definition thing {
  relation unit: unit
  permission view = unit->view
}"""

    def of(kind: str, one: int) -> Any:
        return ObjectReference(object_type=kind, object_id=str(one))

    def related(kind: str, one: int, relation: str, other_kind: str, other: int) -> Any:
        return Relationship(
            resource=of(kind, one), relation=relation, subject=SubjectReference(object=of(other_kind, other))
        )

    facts = [related("unit", n, "parent", "unit", p) for n, p in enumerate(model["parent"]) if p >= 0]
    facts += [related("unit", u, "manager", "person", n) for n, u in enumerate(model["person"])]
    facts += [related("thing", n, "unit", "unit", u) for n, u in enumerate(model["case"])]
    with EmbeddedSpiceDB.start(schema) as database:
        permissions = database.permissions()
        touch = RelationshipUpdate.Operation.OPERATION_TOUCH
        for begin in range(0, len(facts), 500):
            updates = [RelationshipUpdate(operation=touch, relationship=fact) for fact in facts[begin : begin + 500]]
            permissions.WriteRelationships(WriteRelationshipsRequest(updates=updates))
        stub, now = PermissionsServiceStub(database.channel()), Consistency(fully_consistent=True)
        yes = CheckPermissionResponse.PERMISSIONSHIP_HAS_PERMISSION

        def subject(p: int) -> Any:
            return SubjectReference(object=of("person", p))

        def check(p: int, c: int) -> bool:
            asked_for = CheckPermissionRequest(
                consistency=now, resource=of("thing", c), permission="view", subject=subject(p)
            )
            return bool(permissions.CheckPermission(asked_for).permissionship == yes)

        def what(p: int) -> list[str]:
            asked_for = LookupResourcesRequest(
                consistency=now, resource_object_type="thing", permission="view", subject=subject(p)
            )
            return [row.resource_object_id for row in stub.LookupResources(asked_for)]

        def who(c: int) -> list[str]:
            asked_for = LookupSubjectsRequest(
                consistency=now, resource=of("thing", c), permission="view", subject_object_type="person"
            )
            return [row.subject.subject_object_id for row in stub.LookupSubjects(asked_for)]

        return asked(model, check, what, who, None) | sampled(model, what)


def openfga(model: Model) -> dict[str, Any]:
    """OpenFGA's engine inside its command line: a test with one, then with all questions; the difference counts."""
    import re
    import subprocess

    program = str(Path(sys.executable).with_name("fga"))
    language = """model
  schema 1.1
type person
type unit
  relations
    define parent: [unit]
    define manager: [person]
    define view: manager or view from parent
type thing
  relations
    define unit: [unit]
    define view: view from unit
"""
    facts = [(f"unit:{p}", "parent", f"unit:{n}") for n, p in enumerate(model["parent"]) if p >= 0]
    facts += [(f"person:{n}", "manager", f"unit:{u}") for n, u in enumerate(model["person"])]
    facts += [(f"unit:{u}", "unit", f"thing:{n}") for n, u in enumerate(model["case"])]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "model.fga").write_text(language, "utf-8")
        lines = [json.dumps({"user": u, "relation": r, "object": o}) for u, r, o in facts]
        Path(folder, "facts.json").write_text("[" + ",".join(lines) + "]", "utf-8")

        def run(tests: list[dict[str, Any]]) -> tuple[float, str]:
            file = Path(folder, "tests.fga.yaml")
            store = {"model_file": "./model.fga", "tuple_file": "./facts.json", "tests": tests}
            file.write_text(json.dumps(store), "utf-8")
            command = [program, "model", "test", "--tests", str(file)]
            spent, told = [], ""
            for _ in range(3):
                began = time.perf_counter()
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                spent.append(time.perf_counter() - began)
                told = done.stdout + done.stderr
            return min(spent), told

        # One test with all questions: every test of a store writes all facts anew.
        checks = [
            {"user": f"person:{p}", "object": f"thing:{c}", "assertions": {"view": sees(model, p, c)}}
            for p, c in model["checks"]
        ]
        least, _ = run([{"name": "one", "check": checks[:1]}])
        again = 20  # so that the questions are told from the writing of the facts
        many = checks * again
        spent, said = run([{"name": "all", "check": many}])
        passed = re.search(r"Checks (\d+)/(\d+) passing", said)
        found: dict[str, Any] = {
            "check": (spent - least) * 1000 / (len(many) - 1) if spent > least else None,
            "said": {
                "checks": [sees(model, *pair) for pair in model["checks"]]
                if passed and passed[1] == passed[2]
                else said[-200:]
            },
        }
        users = [
            {
                "object": f"thing:{c}",
                "user_filter": [{"type": "person"}],
                "assertions": {
                    "view": {"users": [f"person:{p}" for p in range(len(model["person"])) if sees(model, p, c)]}
                },
            }
            for c in model["who"]
        ]
        spent, said = run([{"name": "who", "list_users": users * again}])
        passed = re.search(r"List ?Users (\d+)/(\d+) passing", said)
        # What is lost in the time that writing the facts takes has no figure.
        if passed and passed[1] == passed[2] and spent > least:
            found["who"] = (spent - least) * 1000 / (len(users) * again)
        every = [f"thing:{c}" for c in range(len(model["case"]))]
        top = {"user": f"person:{model['top']}", "type": "thing", "assertions": {"view": every}}
        spent, said = run([{"name": "top", "list_objects": [top]}])
        passed = re.search(r"List ?Objects (\d+)/(\d+) passing", said)
        # It stops at 3 s or 1,000 objects and does not say so: then the list is not complete, and no time is given.
        found["what"] = (spent - least) * 1000 if passed and passed[1] == passed[2] else None
        return found


def sees(model: Model, person: int, case: int) -> bool:
    """The answer by definition."""
    unit = model["case"][case]
    while unit >= 0:
        if unit == model["person"][person]:
            return True
        unit = model["parent"][unit]
    return False


def plain_python(model: Model) -> dict[str, Any]:
    """Sets of numbers in a Python process, every pair only as a count: what the question costs without any product."""
    below: list[set[int]] = [set() for _ in model["parent"]]
    for case, unit in enumerate(model["case"]):
        while unit >= 0:
            below[unit].add(case)
            unit = model["parent"][unit]
    people: list[list[int]] = [[] for _ in model["parent"]]
    for person, unit in enumerate(model["person"]):
        people[unit].append(person)

    def who(case: int) -> list[int]:
        unit, found = model["case"][case], []
        while unit >= 0:
            found += people[unit]
            unit = model["parent"][unit]
        return found

    return asked(
        model,
        lambda p, c: c in below[model["person"][p]],
        lambda p: list(below[model["person"][p]]),
        who,
        lambda: sum(len(below[unit]) for unit in model["person"]),
    )


PRODUCTS = {
    "kuzu": lambda model: graph_database("kuzu", model),
    "ladybug": lambda model: graph_database("ladybug", model),
    "cedar": cedar,
    "casbin": casbin_model,
    "spicedb": spicedb,
    "openfga": openfga,
    "python": plain_python,
}


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    sys.stdout.write(json.dumps(PRODUCTS[sys.argv[1]](given)) + "\n")
