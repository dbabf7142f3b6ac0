import json, re, collections
import orjson, pytest
from django.db import connections
from chains.actor import system_actor
from chains.scope import scope
from tests.attacks.matrix.inputs import made_up
from tests.attacks.matrix.successes import SUCCESSES, Success
from tests.attacks.matrix.test_doing import DEEDS, document_of, input_of

OUT = open("/tmp/team/load/deeds.out", "w")


@pytest.mark.parametrize("name", DEEDS)
def test_count(name, world, callers):
    success = SUCCESSES.get(name, Success())
    with scope(world.a.chain, system_actor()):
        special = {**success.given, **success.found(world)}
    given = {**made_up(input_of(name), lambda at: world.id_of(at.thing, "own")), **special}
    given = {key: value for key, value in given.items() if value is not None}
    seen = []
    on = [False]

    def wrap(execute, sql, params, many, context):
        if on[0]:
            seen.append(sql)
        return execute(sql, params, many, context)

    def prep():
        success.prepare(world, callers)
        on[0] = True

    with connections["default"].execute_wrapper(wrap):
        content = callers.post(document_of(name), {"input": given}, success.who, prepare=prep)
    sel = [s for s in seen if s.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")]
    print(name, len(sel) - 2, file=OUT)
    for s in sel[1:-1]:
        print(
            "    ",
            s.split()[0],
            re.findall(r'(?:FROM|INTO|UPDATE) "(\w+)"', s)[:6],
            "FOR UPDATE" if "FOR " in s[-60:] else "",
            file=OUT,
        )
    OUT.flush()
