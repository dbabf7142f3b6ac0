"""The nouns of the orders, by phase: what is sold, orders, their changes, refunds, shipments and imports."""

from orders.models import changes, delivery, imports, orders, products, refunds, shipping

__all__ = ["changes", "delivery", "imports", "orders", "products", "refunds", "shipping"]
