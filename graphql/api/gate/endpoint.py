"""The address `/graphql/` on a chain's host."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from api.gate.authenticate import authenticate
from api.gate.chain_entrance import ChainEntrance
from api.gate.documents import trusted_documents
from api.gate.door import Door
from api.gate.fields import public_fields
from api.gate.serving import serve
from api.permissions import EXPLORER, TABLE
from api.schema import schema

_DOOR = Door(
    schema=schema.graphql_schema,
    table=TABLE,
    public=public_fields(TABLE),
    explorer=EXPLORER,
    entrance=ChainEntrance(authenticate),
    trusted=trusted_documents(settings.GATE_TRUSTED_DOCUMENTS),
)


# The gate checks Origin and token itself: it knows which callers have a cookie, and answers as an API does.
@csrf_exempt
def chain_endpoint(request: HttpRequest) -> HttpResponse:
    """Answer a GraphQL request to the chain whose host was called."""
    return serve(request, _DOOR)
