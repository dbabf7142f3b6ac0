"""Rules of the register: how particulars are written, compared, searched, merged, agreed to and held."""
