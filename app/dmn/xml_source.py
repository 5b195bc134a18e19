"""Reads the XML of a DMN file safely: no document type, no entities, no network, bounded size."""

from typing import NoReturn

from lxml import etree

from app.dmn.errors import DmnReadError

MAX_BYTES = 5_000_000
NAMESPACES = {
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
Element = etree._Element  # noqa: SLF001 - lxml has no public name for it


class Source:
    """One file while it is read: its root, and how to refuse a part of it."""

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        self.root = self._parse(content)
        namespace = etree.QName(self.root).namespace or ""
        if local(self.root) != "definitions" or namespace not in NAMESPACES:
            self.refuse(self.root, "the file is not DMN 1.2 to 1.5", "Export it as DMN 1.3 or later")
        self.version = NAMESPACES[namespace]
        self._prefix = f"{{{namespace}}}"

    def _parse(self, content: bytes) -> Element:
        if len(content) > MAX_BYTES:
            self._refuse_file(f"it has more than {MAX_BYTES} bytes", "Split the model")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            self._refuse_file(f"it is not XML: {error}", "Save it again from the modeler")
        if root.getroottree().docinfo.internalDTD is not None:
            self._refuse_file("it has a document type", "Remove the DOCTYPE line")
        return root

    def _refuse_file(self, reason: str, remedy: str) -> NoReturn:
        raise DmnReadError(reason, source=self.name, element="the whole file", remedy=remedy)

    def refuse(self, element: Element, reason: str, remedy: str) -> NoReturn:
        """Refuse the file because of this element."""
        raise DmnReadError(reason, source=self.name, element=describe(element), remedy=remedy)

    def children(self, element: Element, *names: str) -> list[Element]:
        """The child elements of DMN with one of these names; all of DMN without names."""
        return [
            child
            for child in element
            if isinstance(child.tag, str)
            and child.tag.startswith(self._prefix)
            and (not names or local(child) in names)
        ]

    def child(self, element: Element, name: str) -> Element | None:
        """The first child of this name, None if there is none."""
        found = self.children(element, name)
        return found[0] if found else None

    def text(self, element: Element | None) -> str:
        """The text of the element's `text` child, empty without one."""
        inner = None if element is None else self.child(element, "text")
        return "" if inner is None else "".join(str(part) for part in inner.itertext()).strip()


def local(element: Element) -> str:
    """The name of the element without its namespace."""
    return etree.QName(element).localname


def attribute(element: Element, name: str, default: str = "") -> str:
    """The value of an attribute, with outer spaces removed."""
    return str(element.get(name, default)).strip()


def describe(element: Element) -> str:
    """The element in words: its kind, name or id, and line."""
    name = attribute(element, "name") or attribute(element, "id")
    line = f" (line {element.sourceline})" if element.sourceline else ""
    return f"{local(element)}{' ' + name if name else ''}{line}"
