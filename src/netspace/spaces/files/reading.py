"""Space files as design spaces."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from inspect import signature
from os import PathLike
from os.path import abspath
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from netspace.documents import Document, explain, read_document
from netspace.errors import NetspaceError, SpaceError
from netspace.families.importing import import_blocks
from netspace.spaces.files.form import FILE_ENDINGS, NetworkSection, OrderStep, Section, SpaceFile, Step, is_path
from netspace.spaces.published import get_space, list_spaces
from netspace.spaces.pycls import is_sweep
from netspace.spaces.space import DesignSpace

_Part = TypeVar("_Part", bound=Section)

INLINE = "a space"
"""What a space that is in no file of its own is called."""

_OF_PUBLISHED = [name for name in signature(get_space).parameters if name != "name"]


def read_space(path: str | PathLike[str], **network: Any) -> DesignSpace:
    """Reads a design space from a YAML or JSON file; the page "Design spaces" tells what it may say.

    Python files that it names under ``imports`` are run, as they register blocks of your own.

    Args:
        path: of the file.
        **network: what all networks have in common, as `DesignSpace.change` takes it; over what the file says.

    Raises:
        SpaceError: the file cannot be read, or a field or a step of it cannot be; the message says where.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import mkdtemp
        >>> file = Path(mkdtemp(), "mine.yaml")
        >>> _ = file.write_text('''
        ... from: anynetx_a
        ... network: {image_size: 32, stem: cifar}
        ... steps:
        ...   - share: [bottleneck_ratio, group_width]
        ...   - narrow: {depth: [1, 8]}
        ... ''')
        >>> read_space(file).dimensions
        10
    """
    return _read(Path(path), network, ())


def space_from_dict(
    given: Mapping[str, Any] | SpaceFile, folder: str | PathLike[str] = ".", **network: Any
) -> DesignSpace:
    """Makes a design space of what a space file holds.

    Args:
        given: as in a file.
        folder: where relative paths in it begin.
        **network: as for `read_space`.

    Raises:
        SpaceError: a field or a step cannot be; the message says where.

    Example:
        >>> parameters = {"depth": [1, 2], "width": {"log_uniform": [8, 64, 8]}}
        >>> space_from_dict({"name": "Tiny", "num_stages": 2, "parameters": parameters})
        <DesignSpace Tiny: 4 dimensions, 2 stages>
    """
    fields = {} if isinstance(given, SpaceFile) else {str(key): value for key, value in given.items()}
    name = given.name if isinstance(given, SpaceFile) else fields.get("name")
    document = Document(f"the space {name!r}" if name else INLINE, fields)
    file = given if isinstance(given, SpaceFile) else _checked(SpaceFile, document)
    return _build(file.beside(Path(folder)), document, file.name or INLINE, network, ())


def find_space(name_or_path: str | PathLike[str], **network: Any) -> DesignSpace:
    """Gives a published design space by name, or reads one from a file.

    Args:
        name_or_path: one of `list_spaces`; or a path, which ends in .yaml, .yml or .json or has a slash in it.
        **network: what all networks have in common, as `DesignSpace.change` takes it.

    Raises:
        SpaceError: it is neither, or an option is unknown or out of range.

    Example:
        >>> find_space("regnetx", image_size=32, stem="cifar", activation="silu").outline.image_size
        32
    """
    return _find(str(name_or_path), network, ())


def _find(given: str, network: Mapping[str, Any], chain: tuple[Path, ...]) -> DesignSpace:
    if is_path(given):
        return _read(Path(given), network, chain)
    options = _options(network)
    try:
        space = get_space(given, **{name: value for name, value in options.items() if name in _OF_PUBLISHED})
    except SpaceError as error:
        if given.lower().replace("-", "_") in map(str.lower, list_spaces()):
            raise
        raise SpaceError(f"{error}.\n  {_files_near(given)}") from None
    rest = {name: value for name, value in options.items() if name not in _OF_PUBLISHED}
    return space.change(**rest) if rest else space


def _files_near(given: str) -> str:
    """Says how a file is given, and which of those in this folder is meant perhaps."""
    files = sorted(path.name for path in Path().glob("*") if path.suffix in FILE_ENDINGS or path.name == given)
    stems = {Path(file).stem.lower(): file for file in files}
    near = get_close_matches(given.lower(), stems, n=1)
    hint = f", such as ./{stems[near[0]]}" if near else ""
    return f"A space file is given by its path, which ends in {', '.join(FILE_ENDINGS)} or has a slash in it{hint}."


def _read(path: Path, network: Mapping[str, Any], chain: tuple[Path, ...]) -> DesignSpace:
    absolute = Path(abspath(path))  # noqa: PTH100 (resolve() fails where links lead in a circle; reading tells it)
    if absolute in chain:
        names = " from ".join(file.name for file in (*chain, path))
        raise SpaceError(f"space files begin with each other: {names}. Let one begin with a published space")
    document = read_document(path, "space file", SpaceError)
    if is_sweep(document.fields):
        raise SpaceError(
            f"{document.name} is a sweep of pycls: netspace.spaces.read_sweep(...) reads it, with its budget"
        )
    file = _checked(SpaceFile, document).beside(path.parent)
    return _build(file, document, file.name or path.stem, network, (*chain, absolute))


def _checked(model: type[_Part], document: Document) -> _Part:
    try:
        return model.model_validate(dict(document.fields))
    except ValidationError as error:
        raise SpaceError(explain(document, error, model)) from None


def _options(network: Mapping[str, Any]) -> dict[str, Any]:
    document = Document("the network's options", dict(network))
    return _checked(NetworkSection, document).options()


def _build(
    file: SpaceFile, document: Document, name: str, network: Mapping[str, Any], chain: tuple[Path, ...]
) -> DesignSpace:
    """Makes the space; an option of the caller's goes before the file's."""
    given = _options(network)
    _import(file, document)
    try:
        space = _begin(file, name, file.options() | given, chain)
    except NetspaceError as error:
        where = document.at(("from",) if file.source else ("parameters",))
        raise SpaceError(f"{document.name}, {where}: {_about_blocks(error)}") from None
    for i, step in enumerate(file.steps):
        space = _next(space, step, i, document, given)
    return _called(space, file, name)


def _import(file: SpaceFile, document: Document) -> None:
    for i, path in enumerate(file.imports):
        try:
            import_blocks(path)
        except NetspaceError as error:
            raise SpaceError(f"{document.name}, {document.at(('imports', i))}: {error}") from error


def _begin(file: SpaceFile, name: str, options: dict[str, Any], chain: tuple[Path, ...]) -> DesignSpace:
    if file.source is not None:
        return _find(file.source, options, chain)
    return DesignSpace.from_stages(name, parameters=file.parameters or {}, **options)


def _next(space: DesignSpace, step: Step, i: int, document: Document, given: Mapping[str, Any]) -> DesignSpace:
    operation, argument = step.operation
    where = document.at(("steps", i, operation))
    try:
        if operation == "vary":
            _check_untouched(argument, given)
        return _apply(space, operation, argument, given)
    except NetspaceError as error:
        raise SpaceError(f"{document.name}, {where}: {_about_blocks(error)}") from None


def _apply(space: DesignSpace, operation: str, argument: Any, given: Mapping[str, Any]) -> DesignSpace:
    if operation == "change":
        options = {name: value for name, value in argument.options().items() if name not in given}
        return space.change(**options) if options or not argument.options() else space
    if operation == "order" and isinstance(argument, OrderStep):
        return space.order(argument.attribute, argument.rule, last=argument.last)
    if operation in ("share", "restrict"):
        for each in [argument] if isinstance(argument, str) else argument:
            space = getattr(space, operation)(each)
        return space
    if operation in ("order", "named"):
        return getattr(space, operation)(argument)
    return getattr(space, operation)(**dict(argument))


def _check_untouched(varied: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    both = [name for name in varied if name in given]
    if both:
        raise SpaceError(
            f"{both[0]} is a parameter of the space, and {both[0]}={given[both[0]]!r} is asked for: leave it out, or "
            "take the step out"
        )


def _called(space: DesignSpace, file: SpaceFile, name: str) -> DesignSpace:
    """Gives the space its name, unless its last step named it."""
    if file.steps and file.steps[-1].operation[0] == "named":
        return space
    if file.source is None:  # its lineage begins with the name
        return replace(space, name=name)
    return space.named(name) if file.name or name != INLINE else space


def _about_blocks(error: NetspaceError) -> str:
    """Adds what makes a block of one's own known."""
    text = str(error)
    return f"{text}.\n  In a file: imports: [my_blocks.py]" if "@ns.register_block" in text else text
