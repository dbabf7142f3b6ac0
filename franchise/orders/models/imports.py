"""The nouns of an import: what a till or web shop sent at once, and what became of each row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from members.models import User
from orders.models.orders import LONGEST_EXTERNAL_ID, Order, OrderSource
from stores.models import Store


class OrderImport(models.Model):
    """Rows that came in one call, with how many of them were taken."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=8, choices=OrderSource)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    imported_at = models.DateTimeField()
    accepted_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("import of orders")
        verbose_name_plural = _("imports of orders")
        indexes = [models.Index(fields=["store", "imported_at", "id"], name="imports_of_a_store")]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=OrderSource.values), name="an_import_has_a_known_source")
        ]

    def __str__(self) -> str:
        return f"{self.imported_at:%Y-%m-%d %H:%M}"


class ImportedRow(models.Model):
    """What became of one row: the order that it is, or the code and the place of what is wrong with it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(OrderImport, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    external_id = models.CharField(max_length=LONGEST_EXTERNAL_ID)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    is_new = models.BooleanField(default=False)
    refusal = models.CharField(max_length=64, blank=True)
    refused_field = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        indexes = [models.Index(fields=["batch"], name="rows_of_an_import")]
        constraints = [
            models.UniqueConstraint(fields=["store", "batch", "position"], name="an_imports_rows_have_an_order"),
            models.CheckConstraint(
                condition=Q(order__isnull=False, refusal="") | Q(order__isnull=True) & ~Q(refusal=""),
                name="a_row_is_an_order_or_is_refused",
            ),
        ]

    def __str__(self) -> str:
        return self.external_id
