"""What stands in front of graphene: a request is let in, measured, counted and answered here."""
