"""The model card of a saved network: what it is, what it costs, what it expects, how it was trained, how to load it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from netspace.architecture import Architecture
from netspace.complexity.layers import Complexity
from netspace.complexity.parts import Part, parts
from netspace.networks.pretrained import find_weights

MARK = "<!-- netspace writes this card anew with every save. Take this line away to keep a card of your own. -->"
"""What marks a card as ours, to be overwritten."""

_NOT_ON_THE_HUB = {"seer-license"}
"""Of the licenses in the zoo the one that the hub has no word for."""


def write_card(config: Mapping[str, Any], address: str) -> str:
    """Gives a network's model card: Markdown under YAML, as the Hugging Face hub reads it.

    Args:
        config: what its ``config.json`` holds.
        address: what to load it from: ``owner/repository``, or a folder.
    """
    architecture = Architecture.from_dict(config["architecture"])
    preprocessing = config["preprocessing"]
    card: str = _template().render(
        front=yaml.safe_dump(_front_matter(config), sort_keys=False, allow_unicode=True),
        mark=MARK,
        name=config["name"],
        family=config["family"],
        blocks=architecture.depth,
        address=address,
        result="logits" if architecture.num_classes else "features",
        own_blocks=config["own_blocks"],
        parts=_rows(architecture),
        input_size=preprocessing["input_size"],
        prepared=", prepared as below" if "mean" in preprocessing else "",
        preprocessing=preprocessing,
        preprocessing_lines=_tell_preprocessing(preprocessing),
        weights=_tell_weights(config),
        metrics=config["metrics"],
        recipe=config["recipe"],
    )
    return card


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(  # noqa: S701 (Markdown, which the hub cleans; not HTML)
        loader=PackageLoader("netspace.networks", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = _cell
    return environment.get_template("card.md.jinja")


def _cell(value: Any) -> str:
    """Keeps a text inside its cell of a table."""
    return " ".join(str(value).split()).replace("|", "\\|")


def _front_matter(config: Mapping[str, Any]) -> dict[str, Any]:
    task = "image-classification" if config["num_classes"] else "image-feature-extraction"
    tags = ["netspace", "pytorch", task, *([config["family"].lower()] if config["family"] else [])]
    front: dict[str, Any] = {"library_name": "netspace", "pipeline_tag": task, "tags": tags}
    if config["license"]:
        known = config["license"] not in _NOT_ON_THE_HUB
        front |= {"license": config["license"]} if known else {"license": "other", "license_name": config["license"]}
    if config["weights"]:
        front["base_model"] = config["weights"]["from"]
    return front


def _rows(architecture: Architecture) -> list[list[str]]:
    every = parts(architecture)
    total = sum((part.cost for part in every), start=Complexity(0, 0, 0))
    return [*map(_row, every), ["**all**", *[""] * 9, *_amounts(total)]]


def _row(part: Part) -> list[str]:
    numbers = (part.depth, part.width, part.inner_width, part.group_width, part.kernel, part.stride, part.se_width)
    return [
        part.label,
        part.layers,
        f"{part.resolution} x {part.resolution}",
        *(str(number or "") for number in numbers),
        *_amounts(part.cost),
    ]


def _amounts(cost: Complexity) -> list[str]:
    return [f"{amount:,}" for amount in (cost.flops, cost.params, cost.acts)]


def _tell_preprocessing(preprocessing: Mapping[str, Any]) -> list[str]:
    channels, height, width = preprocessing["input_size"]
    lines = [f"{height} x {width} pixels, {channels} channels ({preprocessing.get('channel_order', 'no order told')})"]
    if "crop_pct" in preprocessing:
        resized = int(height / preprocessing["crop_pct"])
        how = preprocessing.get("interpolation", "")
        lines.append(f"shorter side resized to {resized}{f' ({how})' if how else ''}, center-cropped to {height}")
    lines.append(
        f"pixels as numbers from 0 to 1, less the mean {preprocessing['mean']}" if "mean" in preprocessing else ""
    )
    lines.append(f"divided by the standard deviation {preprocessing['std']}" if "std" in preprocessing else "")
    return [line for line in lines if line]


def _tell_weights(config: Mapping[str, Any]) -> str:
    told = config["weights"]
    if not told:
        return "" if config["metrics"] or config["recipe"] else "It was not recorded how they were trained."
    if not told["unchanged"]:
        return f"They started from [{told['from']}](https://huggingface.co/{told['from']}), and were changed since."
    weights = find_weights(told["from"])
    words = f"Those of [{told['from']}](https://huggingface.co/{told['from']}), bit for bit"
    if weights is None:
        return f"{words}."
    accuracy = f"{weights.top1:g} % top-1" if weights.top1 is not None else ""
    accuracy += f" and {weights.top5:g} % top-5" if weights.top5 is not None else ""
    published = f" Their published accuracy on ImageNet-1k is {accuracy}." if accuracy else ""
    return f"{words}; trained by {weights.source}.{published}"
