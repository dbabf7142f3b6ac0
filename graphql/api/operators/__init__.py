"""The operators' own small schema, on the public host: the life of chains, and entering one."""
