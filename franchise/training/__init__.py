"""Training: courses that are taught, taken and examined, and who may do which work by them."""
