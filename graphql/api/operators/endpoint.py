"""The address `/graphql/` on the public host."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from api.gate.door import Door
from api.gate.fields import public_fields
from api.gate.serving import serve
from api.operators.entrance import OperatorsEntrance
from api.operators.permissions import TABLE
from api.operators.schema import operator_schema
from members.rules.operators import OperatorPermission

_DOOR = Door(
    schema=operator_schema.graphql_schema,
    table=TABLE,
    public=public_fields(TABLE),
    explorer=OperatorPermission.OPERATE_CHAINS,
    entrance=OperatorsEntrance(),
)


# Operators have no cookie here, so there is nothing for another site to ride on.
@csrf_exempt
def operator_endpoint(request: HttpRequest) -> HttpResponse:
    """Answer an operator's GraphQL request."""
    return serve(request, _DOOR)
