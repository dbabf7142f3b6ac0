"""What hatchling adds to the packages: compiled translations, printed schemas, the web app where it was built.

Runs while a wheel is built, when neither Django nor the project itself can be imported.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelHook(BuildHookInterface[Any]):
    """Completes a wheel; an editable install has all of it in the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile what is stale, and name the files that come from outside the packages with their places."""
        if version != "standard":
            return
        project = Path(self.root)
        sys.path.insert(0, str(project / "platform"))
        from config.catalogues import compile_catalogues  # noqa: PLC0415  # found only with the path above
        from config.texts import catalogues  # noqa: PLC0415  # as before

        compile_catalogues(catalogues(project))
        placed = {str(file): f"api/printed/{file.name}" for file in _printed(project / "graphql")}
        built = project / "frontend" / "dist"
        if (built / "index.html").is_file():
            placed[str(built)] = "config/web"
        else:
            self.app.display_warning("No web app in this wheel: run `npm ci && npm run build` in frontend/ first.")
        build_data["force_include"].update(placed)


def _printed(folder: Path) -> list[Path]:
    return [*sorted(folder.glob("*.graphql")), *sorted(folder.glob("*.json"))]
