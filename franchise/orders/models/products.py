"""What the chain sells: a product with its names and its price."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from kit.texts import LONGEST_LINE

LONGEST_CODE = 40
CURRENCY_LENGTH = 3


class Product(models.Model):
    """Something that every store of the chain may sell; HQ says what it is called and what it costs.

    `names` holds a name by language, `price_minor` is in the smallest units of `currency`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=LONGEST_CODE)
    names = models.JSONField()
    model = models.CharField(max_length=LONGEST_LINE, blank=True)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=CURRENCY_LENGTH)
    is_on_sale = models.BooleanField(default=True)
    defined_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(fields=["code"], name="a_product_has_a_code_of_its_own"),
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="a_price_is_not_negative"),
        ]

    def __str__(self) -> str:
        return self.code
