"""The house's rules that no off-the-shelf linter knows, as checks over a tree: each returns its violations as lines."""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE_ROOTS = ("platform", "tenants", "franchise", "graphql")
TOP_LEVEL = frozenset({*SOURCE_ROOTS, "frontend", "infra", "tests"})
ROOMS = frozenset(
    {"models", "rules", "queries", "actions", "tasks", "apps", "migrations", "locale", "README.md", "__init__"}
)
WAREHOUSES = frozenset({"utils", "helpers", "services", "managers", "mixins", "constants"})
LONGEST_FILE, LONGEST_TEST_FILE, LONGEST_FUNCTION = 300, 500, 40
SIGNALS = ("django.db.models.signals", "django.dispatch")
IMPURE = (
    "django.http",
    "django.db.transaction",
    "django.db.connection",
    "django.utils.timezone",
    "psycopg",
    "chains.scope",
)
SECRET_WORDS = ("/work/", "registry.npmjs", "pypi.org", "files.pythonhosted", "/tmp/team")


def top_level_folders(tree: Path, tracked: list[str]) -> list[str]:
    """The top level holds the seven folders, README.md and the files that tools insist on."""
    folders = {path.split("/")[0] for path in tracked if "/" in path and not path.startswith(".")}
    return [f"{folder}/: the top level has seven folders" for folder in sorted(folders - TOP_LEVEL)]


def source_roots_are_no_packages(tree: Path) -> list[str]:
    """`platform/` and `graphql/` would shadow the libraries of that name."""
    return [f"{root}/__init__.py shadows a library" for root in SOURCE_ROOTS if (tree / root / "__init__.py").exists()]


def long_files(tree: Path) -> list[str]:
    """A file that needs scrolling for ever hides its subject."""
    found = []
    for path in _python_files(tree, *SOURCE_ROOTS, "tests"):
        limit = LONGEST_TEST_FILE if path.relative_to(tree).parts[0] == "tests" else LONGEST_FILE
        length = len(path.read_text().splitlines())
        if length > limit and "migrations" not in path.parts:
            found.append(f"{path.relative_to(tree)}: {length} lines, at most {limit}")
    return found


def long_functions(tree: Path) -> list[str]:
    """A function does one deed in at most 40 lines."""
    found = []
    for path, node in _nodes(tree, *SOURCE_ROOTS):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                found.append(f"{path.relative_to(tree)}:{node.lineno} {node.name}: {length} lines")
    return found


def rooms(tree: Path) -> list[str]:
    """A domain app has the house's rooms and no others; nowhere is there a warehouse."""
    found = []
    for app in sorted(path for path in (tree / "franchise").iterdir() if path.is_dir()):
        if app.name == "__pycache__":
            continue
        names = {entry.name if entry.name.endswith(".md") else entry.stem for entry in app.iterdir()}
        found += [f"franchise/{app.name}/{name}: not a room" for name in sorted(names - ROOMS - {"__pycache__"})]
        if "README.md" not in names:
            found.append(f"franchise/{app.name}: no README.md")
    for path in _python_files(tree, *SOURCE_ROOTS):
        if path.stem in WAREHOUSES or path.parent.name in WAREHOUSES:
            found.append(f"{path.relative_to(tree)}: a warehouse")
    return found


def forbidden_couplings(tree: Path) -> list[str]:
    """Couplings that no import linter sees: lazy models, signals, generic keys, raw set_config, re-exports."""
    found = []
    for path, node in _nodes(tree, *SOURCE_ROOTS):
        where = f"{path.relative_to(tree)}:{getattr(node, 'lineno', 1)}"
        in_migration = "migrations" in path.parts
        if isinstance(node, ast.Attribute) and node.attr == "get_model" and not in_migration:
            found.append(f"{where} apps.get_model outside migrations")
        if isinstance(node, ast.Name | ast.Attribute) and _name(node) == "GenericForeignKey":
            found.append(f"{where} GenericForeignKey")
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("django.db.models.signals", "django.dispatch")
        ):
            found.append(f"{where} signals")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "set_config(" in node.value:
            found.append(f"{where} set_config: use SET LOCAL with a literal")
    for path in _python_files(tree, *SOURCE_ROOTS):
        if path.name == "__init__.py" and not _is_a_door(path, tree) and _hands_on(path):
            found.append(f"{path.relative_to(tree)}: re-exports")
    return found


def impure_rules(tree: Path) -> list[str]:
    """Rules know neither the database, nor the clock, nor the request: all they decide on is passed in."""
    found = []
    for path, node in _nodes(tree, "tenants/members", "franchise"):
        if path.stem != "rules" and path.parent.name != "rules":
            continue
        where = f"{path.relative_to(tree)}:{getattr(node, 'lineno', 1)}"
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "now", "today", "utcnow"}:
            found.append(f"{where} .{node.attr} in a rule")
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        for name in names:
            if f"{module}.{name}".strip(".").startswith(IMPURE):
                found.append(f"{where} imports {name} from {module}")
    return found


def upward_foreign_keys(tree: Path) -> list[str]:
    """A foreign key between apps points downwards and leaves no name behind on the other side."""
    found = []
    for path, node in _nodes(tree, "franchise"):
        if not (isinstance(node, ast.Call) and _name(node.func) in {"ForeignKey", "OneToOneField"} and node.args):
            continue
        if "migrations" in path.parts:
            continue
        target = node.args[0]
        if isinstance(target, ast.Constant) and "." in str(target.value):
            found.append(f"{path.relative_to(tree)}:{node.lineno} a lazy string names another app's model")
    return found


def unread_marks(tree: Path) -> list[str]:
    """Tests bear no marks for the type checker: it does not read them."""
    return [
        f"{path.relative_to(tree)}:{number} a mark that nobody reads"
        for path in _python_files(tree, "tests")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "# type:" + " ignore" in line
    ]


def machine_names(tree: Path, tracked: list[str]) -> list[str]:
    """Nothing committed names a registry's host or a path of one machine."""
    found = []
    for name in tracked:
        path = tree / name
        if path.suffix in {".png", ".woff2"} or not path.is_file() or name.startswith("tests/architecture/"):
            continue
        text = path.read_text(errors="ignore")
        found += [f"{name}: names {word}" for word in SECRET_WORDS if word in text]
    return found


def _is_a_door(path: Path, tree: Path) -> bool:
    # The command line's entry point is a package whose __init__ holds code of its own.
    return path.relative_to(tree).parts[:3] == ("platform", "config", "commands")


def _hands_on(path: Path) -> bool:
    # A models folder has to import its modules, or Django would not find them; their names stay where they are.
    modules = {file.stem for file in path.parent.glob("*.py")}
    imports = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ImportFrom)]
    return any(alias.name not in modules for node in imports for alias in node.names)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _python_files(tree: Path, *roots: str) -> Iterator[Path]:
    for root in roots:
        if (tree / root).is_dir():
            yield from sorted(path for path in (tree / root).rglob("*.py") if "__pycache__" not in path.parts)


def _nodes(tree: Path, *roots: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in _python_files(tree, *roots):
        for node in ast.walk(ast.parse(path.read_text())):
            yield path, node
