"""Finds the files that a model imports, and says where each of them stands among the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.dmn.errors import DmnReadError
from app.dmn.xml_source import Element, Source, attribute
from app.feel.name_book import normalize_name

Space = tuple[str, ...]
"""The names of the imports on the way from the model to a file, () for the model itself."""

MAX_FILES = 50
MAX_IMPORT_DEPTH = 10


class Library:
    """The files that a model may import, each read when it is first asked for."""

    def __init__(self, contents: Iterable[bytes] = ()) -> None:
        self._waiting = list(contents)
        self._sources: dict[str, Source] = {}
        self._opened = 0

    def find(self, importing: Source, element: Element, space: Space) -> Source:
        """The file that an import element asks for; raises DmnReadError if nobody gave it."""
        self._opened += 1
        if len(space) > MAX_IMPORT_DEPTH or self._opened > MAX_FILES:
            importing.refuse(element, "the imports lead in a circle or are too many", "Import fewer files")
        self._read_all()
        namespace = attribute(element, "namespace")
        if namespace not in self._sources:
            importing.refuse(element, f"no file of the namespace {namespace} was given", "Add that file to the model's")
        return self._sources[namespace]

    def _read_all(self) -> None:
        while self._waiting:
            content = self._waiting.pop(0)
            try:
                source = Source(content, "")
            except DmnReadError:
                continue  # no file of DMN, so nobody can import it as such
            source.name = attribute(source.root, "name")
            self._sources.setdefault(attribute(source.root, "namespace"), source)


@dataclass(frozen=True, slots=True)
class Home:
    """One file among those of a model: where it stands, and where those stand that it imports (by namespace)."""

    source: Source
    space: Space = ()
    prefix: str = ""
    imported: dict[str, "Home"] = field(default_factory=dict)

    def key(self, element_id: str) -> str:
        """The id of an element of this file, different from those of all other files."""
        return self.prefix + element_id

    def key_of(self, reference: str) -> str:
        """The key that a reference such as `#id` or `namespace#id` means here, "" if its file is not imported."""
        namespace, sign, element_id = reference.rpartition("#")
        if not sign or not namespace or namespace == attribute(self.source.root, "namespace"):
            return self.key(element_id)
        found = self._homes().get(namespace)
        return found.key(element_id) if found else ""

    def _homes(self) -> Mapping[str, "Home"]:
        """The homes of all files below by namespace; what is imported directly comes first."""
        found = dict(self.imported)
        for home in self.imported.values():
            found = {**home._homes(), **found}  # noqa: SLF001 - its own kind
        return found


def open_home(source: Source, library: Library, space: Space = (), prefix: str = "") -> Home:
    """The home of a file with the homes of all that it imports; raises DmnReadError."""
    home = Home(source, space, prefix)
    for element in source.children(source.root, "import"):
        if "/DMN/" not in attribute(element, "importType").upper():
            source.refuse(element, "only DMN is imported", "Put the types into item definitions")
        name = normalize_name(attribute(element, "name"))
        # An import without a name brings its elements in as if they stood in this file.
        inner = (*space, name) if name else space
        found = library.find(source, element, inner)
        namespace = attribute(element, "namespace")
        home.imported[namespace] = open_home(found, library, inner, f"{'/'.join(inner)}|{namespace}#")
    return home
