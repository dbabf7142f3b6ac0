"""What a store has, in the API."""

from api.base.things import Thing
from stores.models import StoreEquipment


class StoreEquipmentType(Thing):
    """A piece of equipment that a store has or had."""

    class Meta:
        name = "StoreEquipment"
        model = StoreEquipment
        fields = ("store", "code", "installed_at", "removed_at")
        descriptions = {
            "store": "The store.",
            "code": "Its code, as clauses name it.",
            "installed_at": "Since when it is known to be there.",
            "removed_at": "Since when it is known to be gone; null while it is there.",
        }
