"""Rate buckets; one row for each caller and each chain, in the schema `public`."""

from django.db import models


class Bucket(models.Model):
    """When a caller's or a chain's points will all be back; a moment in the past means: all are there."""

    key = models.CharField(max_length=80, primary_key=True)
    full_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["full_at"], name="buckets_by_when_they_are_full")]
