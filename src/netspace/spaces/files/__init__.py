"""Design spaces as YAML or JSON files, with a JSON schema."""

from netspace.spaces.files.form import NetworkSection, SpaceFile, is_path
from netspace.spaces.files.reading import find_space, read_space, space_from_dict
from netspace.spaces.files.schema import space_schema

__all__ = ["NetworkSection", "SpaceFile", "find_space", "is_path", "read_space", "space_from_dict", "space_schema"]
