"""How passwords are hashed: slowly, since people choose them; and why one that was drawn need not be."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class Drawn(str):
    """A password of at least 80 bits that was drawn at random: slowness would not make it any harder to guess."""

    __slots__ = ()


class Scrypt(ScryptPasswordHasher):
    """Scrypt as Django has it; a wrong password costs as much where the hash was made with less work (A02)."""

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Do the work that a hash of today would have cost."""
        self.encode(password, self.salt())


class BriefScrypt(Scrypt):
    """Scrypt with little work, for what was drawn; the first sign-in renews the hash with all of it."""

    work_factor = 2**8
