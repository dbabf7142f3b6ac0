"""Addresses of databases as URLs."""

from urllib.parse import quote, unquote, urlsplit, urlunsplit


def variant(url: str, *, user: str | None = None, password: str | None = None, database: str | None = None) -> str:
    """Return the same server's URL for another user or database; host, port and options stay."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    name = unquote(parts.username or "") if user is None else user
    secret = unquote(parts.password or "") if user is None and password is None else password or ""
    sign_in = quote(name, safe="") + (f":{quote(secret, safe='')}" if secret else "")
    path = parts.path if database is None else f"/{quote(database, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{sign_in}@{host}" if sign_in else host, path=path))


def database_of(url: str) -> str:
    """Return the database a URL names, or an empty text."""
    return unquote(urlsplit(url).path.lstrip("/"))


def password_of(url: str) -> str:
    """Return the password a URL carries, or an empty text."""
    return unquote(urlsplit(url).password or "")
