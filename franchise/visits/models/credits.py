"""What a caller is credited with: a purchase soon after a return visit (V4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Purchase
from kit.ids import new_id
from members.models import User
from stores.models import Store
from visits.models.visits import ReturnVisit


class VisitCredit(models.Model):
    """A customer bought again after a return visit: the caller's merit, once for each purchase, until taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit = models.ForeignKey(ReturnVisit, on_delete=models.PROTECT, related_name="+")
    caller = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    bought_at = models.DateTimeField()
    credited_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("credit for a return visit")
        verbose_name_plural = _("credits for return visits")
        indexes = [models.Index(fields=["store", "caller", "credited_at"], name="credits_of_a_caller")]
        constraints = [models.UniqueConstraint(fields=["store", "purchase"], name="a_purchase_is_credited_once")]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency}"
