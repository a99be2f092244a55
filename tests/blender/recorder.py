"""A layout that writes down what a panel draws, so that panels can be tested as data."""

from __future__ import annotations

from typing import Any


class Recorder:
    """Stands in for ``UILayout``: takes every call, and remembers properties, operators, texts and menus."""

    def __init__(self, root: Recorder | None = None) -> None:
        self._root = root or self
        if root is None:
            self.properties: list[tuple[Any, str]] = []
            self.operators: list[str] = []
            self.texts: list[str] = []
            self.icons: list[str] = []
            self.menus: list[str] = []
            self.progress_bars: list[tuple[float, str]] = []

    def prop(self, data: Any, name: str, **_options: Any) -> None:
        self._root.properties.append((data, name))

    def prop_search(self, data: Any, name: str, _where: Any, _collection: str, **_options: Any) -> None:
        self._root.properties.append((data, name))

    def operator(self, idname: str, **_options: Any) -> Any:
        self._root.operators.append(idname)
        return _Properties(idname)

    def operator_menu_enum(self, idname: str, name: str, **_options: Any) -> None:
        self._root.operators.append(idname)
        setattr(_Properties(idname), name, None)

    def menu(self, idname: str, **_options: Any) -> None:
        self._root.menus.append(idname)

    def label(self, text: str = "", icon: str = "NONE", **_options: Any) -> None:
        self._root.texts.append(text)
        self._root.icons.append(icon)

    def progress(self, text: str = "", factor: float = 0.0, **_options: Any) -> None:
        self._root.progress_bars.append((factor, text))

    def panel(self, _idname: str, default_closed: bool = False) -> tuple[Recorder, Recorder]:
        # Always open: what it holds is to be tested too.
        return Recorder(self._root), Recorder(self._root)

    def row(self, **_options: Any) -> Recorder:
        return Recorder(self._root)

    column = box = split = row

    def template_icon(self, icon_value: int, scale: float = 1.0) -> None:
        assert icon_value > 0

    def separator(self, **_options: Any) -> None:
        pass


class _Properties:
    """An operator's properties: only those that exist can be set."""

    def __init__(self, idname: str) -> None:
        import bpy

        module, _, name = idname.partition(".")
        rna = getattr(getattr(bpy.ops, module), name).get_rna_type()
        object.__setattr__(self, "_known", {item.identifier for item in rna.properties})

    def __setattr__(self, name: str, value: Any) -> None:
        assert name in self._known, f"no property {name}"
