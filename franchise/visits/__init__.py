"""Return visits: whoever complained or bought is called again, point by point, to a signed end."""
