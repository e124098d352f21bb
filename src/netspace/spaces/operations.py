"""What gives a new space from a space: one word each, on any space, remembered in its lineage."""

# ruff: noqa: SLF001 (an operation works on other spaces of its own class)

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Self

import numpy as np

from netspace.architecture import Architecture, SqueezeExcite
from netspace.complexity.batch import NETWORK_COLUMNS
from netspace.errors import NetspaceError, SpaceError
from netspace.families import block_fields
from netspace.spaces import outlines
from netspace.spaces.components import (
    LINE,
    Component,
    PerStage,
    PiecewiseLinear,
    QuantizedLine,
    Rule,
    Single,
)
from netspace.spaces.distributions import Distribution, as_distribution
from netspace.spaces.restrictions import Restriction, formula
from netspace.spaces.training import TRAINING_PARAMETERS

STAGE_ATTRIBUTES = ("width", "depth", "bottleneck_ratio", "group_width", "expansion", "kernel")
"""Numbers of a stage that may be parameters of a space."""


class Operations:
    """The operations of `DesignSpace`."""

    name: str
    outline: Architecture
    components: tuple[Component, ...]
    lineage: str
    restrictions: tuple[Restriction, ...]

    def share(self, attribute: str) -> Self:
        """Gives the space in which all stages have the same ``attribute``.

        Args:
            attribute: of a stage, such as ``"bottleneck_ratio"``.

        Raises:
            SpaceError: the space has no such parameter per stage, or it is shared already.

        Example:
            >>> import netspace as ns
            >>> ns.get_space("anynetx_a").share("group_width").dimensions
            13
        """
        component = self._per_stage(attribute, f"share({attribute})")
        if len(set(component.each)) > 1:
            raise SpaceError(
                f"stages of {self.name} draw {attribute} from different ranges, so they cannot share it: first give "
                f"all the same, with narrow({attribute}=(low, high)) or vary({attribute}=...)"
            )
        return self._replaced(component, replace(component, rule="shared", last=True), f"share({attribute})")

    def order(self, attribute: str, rule: str = "increasing", *, last: bool = True) -> Self:
        """Gives the space in which ``attribute`` never decreases from stage to stage.

        Draws are those of the space on the condition of the order, exactly.

        Args:
            attribute: of a stage, such as ``"width"``.
            rule: ``"increasing"`` (never decreasing), ``"decreasing"`` (never increasing), or ``"constant"``, which
                is `share`.
            last: whether the last stage keeps to it too.

        Raises:
            SpaceError: the space has no such parameter per stage, or the rule is unknown.

        Example:
            >>> import netspace as ns
            >>> print(ns.get_space("anynetx_d").order("depth", last=False).describe()["depth"])
            log-uniform 1 to 16 by 1, increasing over stages, the last stage free
        """
        if rule == "constant":
            return self.share(attribute)
        if rule not in ("increasing", "decreasing"):
            raise SpaceError(f"{attribute} cannot be ordered {rule!r}: choose 'increasing', 'decreasing' or 'constant'")
        said = ", ".join([attribute, *([] if rule == "increasing" else [rule]), *([] if last else ["last stage free"])])
        component = self._per_stage(attribute, f"order({said})")
        ordered: Rule = "increasing" if rule == "increasing" else "decreasing"
        return self._replaced(component, replace(component, rule=ordered, last=last), f"order({said})")

    def narrow(self, **ranges: Sequence[float | None]) -> Self:
        """Gives the space in which parameters lie in closed intervals: a subset, drawn from on that condition.

        Args:
            **ranges: ``(low, high)`` of each parameter, ``None`` an open end. ``depth_4`` is the fourth stage's alone;
                ``depth`` every stage's, or the number of all blocks in a space of lines.

        Raises:
            SpaceError: no such parameter, or nothing is left of it.

        Example:
            >>> import netspace as ns
            >>> ns.get_space("regnetx").narrow(width_multiplier=(2, None), depth=(12, 28)).lineage.split(" > ")[-1]
            'narrow(width_multiplier=2 to 3, depth=12 to 28)'
        """
        space, said = self, []
        for name, pair in ranges.items():
            low, high = _interval(name, pair)
            space = space._changed(name, lambda old, low=low, high=high: old.within(low, high))  # type: ignore[misc]
            said.append(f"{name}={_range(space._distribution(name))}")
        return space._told(self, f"narrow({', '.join(said)})")

    def fix(self, **values: float) -> Self:
        """Gives the space in which parameters have one of their values: a subset.

        Args:
            **values: of each parameter, named as for `narrow`.

        Raises:
            SpaceError: no such parameter, or it cannot have the value; `vary` gives it other values.

        Example:
            >>> import netspace as ns
            >>> ns.get_space("regnetx").fix(bottleneck_ratio=1, depth=20).dimensions
            4
        """
        space = self
        for name, value in values.items():
            space = space._changed(name, lambda old, value=value: _one_of(old, name, value))  # type: ignore[misc] # noqa: B023
        return space._told(self, f"fix({_said(values)})")

    def vary(self, **distributions: Any) -> Self:
        """Gives the space in which parameters have other distributions, or which has further parameters.

        New ones may be a stage's (``kernel``, ``expansion``, ``group_width``, ...; drawn for each stage, see `share`),
        the network's (``image_size``, ``stem_width``, ``head_width``), or the training's (``learning_rate``,
        ``weight_decay``, ``epochs``, ...), which every network is then trained by.

        Args:
            **distributions: of each parameter: a `Distribution`, a list of values, or one value; for ``slope`` also
                ``"initial_width"``, which it then equals.

        Raises:
            SpaceError: the name is unknown, or a value cannot be a network's.

        Example:
            >>> import netspace as ns
            >>> space = ns.get_space("regnetx").vary(image_size=[160, 192, 224], learning_rate=[0.05, 0.1, 0.2])
            >>> space.dimensions
            8
        """
        space = self
        for name, given in distributions.items():
            space = space._with_parameter(name, given)
        said = {n: each if isinstance(each, str) else as_distribution(each).text for n, each in distributions.items()}
        return space._told(self, f"vary({_said(said)})")

    def restrict(
        self, rule: str | Callable[[Any], Any], *, name: str | None = None, architectures: bool = False
    ) -> Self:
        """Gives the space of the networks that keep a rule: a subset, drawn from by rejection.

        Args:
            rule: a formula, such as ``"acts <= 6.5e6 * sqrt(flops / 1e9)"`` or ``"width_4 >= 2 * width_1"``; or a
                function that takes a mapping of (n,) arrays and gives (n,) bools. Both know the parameters, the
                stages' numbers (``width_1``, ...), ``depth`` in all, ``flops``, ``params`` and ``acts``.
            name: what the lineage calls a function.
            architectures: whether the function is called with one `Architecture` after the other instead.

        Raises:
            SpaceError: it is no such rule, or fails.

        Example:
            >>> import netspace as ns
            >>> space = ns.get_space("regnetx").restrict("params <= 3e6 + 5.5e6 * flops / 1e9")
            >>> bool((space.sample(20).complexity.params <= 1e9).all())
            True
        """
        if isinstance(rule, str):
            made = formula(rule)
        elif callable(rule):
            made = Restriction(name or str(getattr(rule, "__name__", "a rule")), rule, one_by_one=architectures)
        else:
            raise SpaceError(f"restrict takes a formula or a function, not {rule!r:.60}")
        return replace(self, restrictions=(*self.restrictions, made))._told(self, f"restrict({made.text})")  # type: ignore[type-var]

    def change(
        self,
        *,
        block: str | None = None,
        num_stages: int | None = None,
        strides: Sequence[int] | None = None,
        stem: str | None = None,
        stem_width: int | None = None,
        image_size: int | None = None,
        in_channels: int | None = None,
        num_classes: int | None = None,
        se: float | SqueezeExcite | None = None,
        activation: str | None = None,
        head_width: int | None = None,
    ) -> Self:
        """Gives the space of other networks with the same parameters: what is the same in all of them changes.

        Args:
            block: another block, as in `netspace.anynet`; parameters that it fixes are dropped.
            num_stages: how many stages; further ones are as the last, of stride 2.
            strides: of each stage's first block.
            stem: ``"simple"``, ``"cifar"`` or ``"imagenet"``.
            stem_width: channels of the stem.
            image_size: height and width of the input, in pixels.
            in_channels: channels of the input.
            num_classes: outputs of the classifier.
            se: squeeze-and-excitation: its ratio to the block's input, in (0, 1]; 0: none; or a `SqueezeExcite`.
            activation: name of the nonlinearity everywhere.
            head_width: channels of a 1x1 convolution before the pool; 0: none.

        Raises:
            SpaceError: a number of stages and strides do not fit.
            ArchitectureError: a value is out of range.

        Example:
            >>> import netspace as ns
            >>> ns.get_space("regnetx").change(block="y", num_stages=5, image_size=128)
            <DesignSpace RegNetX.change(block=y, num_stages=5, image_size=128): 6 dimensions, 5 stages>
        """
        given = outlines.given({name: value for name, value in locals().items() if name != "self"})
        if not given:
            raise SpaceError("change(...) needs something to change, such as image_size=128 or block='y'")
        outline, components = self.outline, self.components
        if num_stages is not None or strides is not None:
            outline = outlines.with_stages(outline, num_stages, strides)
            components = tuple(component.with_stages(len(outline.stages)) for component in components)
        if block is not None:
            outline = outlines.with_block(outline, block)
        whole = {name: given[name] for name in ("image_size", "in_channels", "num_classes") if name in given}
        outline = outlines.with_ends(
            outline, stem=stem, stem_width=stem_width, head_width=head_width, se=se, activation=activation, **whole
        )
        fixed = {name for name in NETWORK_COLUMNS if name in given} | set(block_fields(block) if block else ())
        components = tuple(component for component in components if not fixed & set(component.attributes))
        said = {name: value if isinstance(value, str | int | float) else "..." for name, value in given.items()}
        said |= {"strides": "-".join(map(str, strides))} if strides is not None else {}
        return replace(self, outline=outline, components=components)._told(self, f"change({_said(said)})")  # type: ignore[type-var]

    def quantized_linear(self, *, depth: Any, initial_width: Any, slope: Any, width_multiplier: Any) -> Self:
        """Gives the space whose widths and depths follow a quantised line over the block index.

        Source: RegNet paper, section 3.3, equations 2 to 4.

        Args:
            depth: d, blocks in all; a distribution as `vary` takes it, like the others.
            initial_width: w_0, multiples of 8.
            slope: w_a; or ``"initial_width"``, which it then equals.
            width_multiplier: w_m, above 1.

        Raises:
            SpaceError: a distribution has values that no line has.
        """
        given = {"depth": depth, "initial_width": initial_width, "slope": slope, "width_multiplier": width_multiplier}
        made = {name: None if each == "initial_width" else _line_values(name, each) for name, each in given.items()}
        if None in [made[name] for name in LINE if name != "slope"]:
            raise SpaceError("only slope can be equal to initial_width")
        line = QuantizedLine(**made, num_stages=len(self.outline.stages))  # type: ignore[arg-type]
        return self._with_widths(line, "quantized_linear(width, depth)")

    def piecewise_linear(self, *, initial_width: Any, slope: Any) -> Self:
        """Gives the space whose widths follow monotone, piecewise linear functions of the block index.

        Width of block i = a f(i) + b (ReXNet paper, section 4.2). Every block becomes a stage of its own, so depths
        must be fixed before.

        Args:
            initial_width: b, channels of the first block; a distribution as `vary` takes it.
            slope: a, channels by which blocks widen on average.

        Raises:
            SpaceError: a stage's depth is not fixed.

        Example:
            >>> import netspace as ns
            >>> space = ns.get_space("anynetx_c", num_stages=2).fix(depth_1=2, depth_2=3)
            >>> space.piecewise_linear(initial_width=[16, 24, 32], slope=[4, 8, 16]).num_stages
            5
        """
        space = self._blockwise()
        widths = PiecewiseLinear(as_distribution(initial_width), as_distribution(slope), len(space.outline.stages))
        return space._with_widths(widths, "piecewise_linear(width)")

    def named(self, name: str) -> Self:
        """Gives the same space under another name, which its lineage mentions."""
        lineage = f"{self.lineage} = {name}" if self.lineage else name
        return replace(self, name=name, lineage=lineage)  # type: ignore[type-var]

    def _told(self, before: "Operations", step: str) -> Self:
        """Gives the space with a step in its lineage, after looking at some of its networks."""
        space = replace(self, name=f"{before.name}.{step}", lineage=f"{before.lineage} > {step}")  # type: ignore[type-var]
        space._look(step)
        return space

    def _look(self, step: str) -> None:
        """Raises an error for rules that fail, and numbers that no network can have, at the step that brings them."""

    def _per_stage(self, attribute: str, step: str) -> PerStage:
        component = next((c for c in self.components if isinstance(c, PerStage) and c.attribute == attribute), None)
        if component is None:
            known = [c.attribute for c in self.components if isinstance(c, PerStage)]
            near = get_close_matches(str(attribute), known, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise SpaceError(
                f"{self.name} has no per-stage parameter {attribute!r} to {step}: {hint}it has "
                f"{', '.join(known) or 'none'}"
            )
        if component.rule == "shared":
            raise SpaceError(f"{attribute} of {self.name} is shared by all stages already: {step} would change nothing")
        return component

    def _replaced(self, old: Component, new: Component, step: str) -> Self:
        components = tuple(new if c is old else c for c in self.components)
        return replace(self, components=components)._told(self, step)  # type: ignore[type-var]

    def _with_widths(self, component: Component, step: str) -> Self:
        kept = tuple(c for c in self.components if not set(c.attributes) & set(component.attributes))
        return replace(self, components=(component, *kept))._told(self, step)  # type: ignore[type-var]

    def _distribution(self, name: str) -> Distribution:
        """Gives the distribution of a parameter, of the first stage where all have it."""
        for component in self.components:
            known = component.distributions
            if name in known:
                return known[name]
            if isinstance(component, PerStage) and component.attribute == name:
                return component.each[0]
        raise self._unknown(name)

    def _changed(self, name: str, change: Callable[[Distribution], Distribution]) -> Self:
        for i, component in enumerate(self.components):
            try:
                new = component.changed(name, change)
            except SpaceError as error:
                raise SpaceError(f"{name} of {self.name}: {error}") from None
            if new is not None:
                return replace(self, components=(*self.components[:i], new, *self.components[i + 1 :]))  # type: ignore[type-var]
        raise self._unknown(name)

    def _unknown(self, name: str) -> SpaceError:
        names = [n for c in self.components for n in c.distributions]
        names += [c.attribute for c in self.components if isinstance(c, PerStage) and c.rule != "shared"]
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        return SpaceError(f"{self.name} has no parameter {name!r}: {hint}it has {', '.join(names)}")

    def _with_parameter(self, name: str, given: Any) -> Self:
        """Sets the distribution of a parameter, or adds the parameter."""
        if name == "slope" and given == "initial_width":
            line = next((c for c in self.components if isinstance(c, QuantizedLine)), None)
            if line is None:
                raise self._unknown(name)
            return replace(self, components=tuple(replace(c, slope=None) if c is line else c for c in self.components))  # type: ignore[type-var]
        try:
            distribution = as_distribution(given)
        except SpaceError as error:
            raise SpaceError(f"{name}: {error}") from None
        try:
            return self._changed(name, lambda _old: distribution)
        except SpaceError:
            component = self._new_component(name, distribution)
        return replace(self, components=(*self.components, component))  # type: ignore[type-var]

    def _new_component(self, name: str, distribution: Distribution) -> Component:
        if name in STAGE_ATTRIBUTES and not any(name in c.attributes for c in self.components):
            for value in distribution.values:
                _try(f"{name}={value:g}", lambda value=value: replace(self.outline.stages[0], **{name: value}))  # type: ignore[misc]
            return PerStage(name, (distribution,) * len(self.outline.stages))
        if name in NETWORK_COLUMNS:
            if min(distribution.values) < 1:
                raise SpaceError(f"{name} cannot be {min(distribution.values):g}: values of at least 1 are allowed")
            return Single(name, distribution)
        if name in TRAINING_PARAMETERS:
            return Single(name, distribution)
        known = ", ".join((*STAGE_ATTRIBUTES, *NETWORK_COLUMNS, *TRAINING_PARAMETERS))
        raise SpaceError(f"{self._unknown(name)}; further ones that a space may have are {known}")

    def _blockwise(self) -> Self:
        """Gives the space in which every block is a stage of its own."""
        outline = outlines.blockwise(self.outline, [self._fixed_depth(i) for i in range(len(self.outline.stages))])
        kept = []
        for component in self.components:
            if set(component.attributes) & {"depth", "width"}:
                continue
            if isinstance(component, PerStage) and component.rule != "shared":
                raise SpaceError(
                    f"{component.attribute} of {self.name} is drawn for each stage, and piecewise_linear makes a stage "
                    f"of every block: first share or fix it for all, with share({component.attribute!r})"
                )
            kept.append(component.with_stages(len(outline.stages)))
        return replace(self, outline=outline, components=tuple(kept))  # type: ignore[type-var]

    def _fixed_depth(self, i: int) -> int:
        component = next((c for c in self.components if "depth" in c.attributes), None)
        if component is None:
            return self.outline.stages[i].depth
        each = component.each[i] if isinstance(component, PerStage) else None
        if each is None or not each.is_fixed:
            raise SpaceError(
                f"the depth of stage {i + 1} of {self.name} is not fixed, so its blocks have no widths of their own: "
                f"first fix(depth_{i + 1}=...)"
            )
        return int(each.values[0])


def _line_values(name: str, given: Any) -> Distribution:
    distribution = as_distribution(given)
    low = distribution.values[0]
    good = {
        "depth": all(value >= 1 and int(value) == value for value in distribution.values),
        "initial_width": all(value >= 8 and value % 8 == 0 for value in distribution.values),
        "slope": low >= 0,
        "width_multiplier": low > 1,
    }
    needs = {"depth": "whole numbers of at least 1", "initial_width": "multiples of 8", "slope": "at least 0"}
    if not good[name]:
        raise SpaceError(f"{name} of a line must be {needs.get(name, 'above 1')}: given {distribution.text}")
    return distribution


def _one_of(old: Distribution, name: str, value: Any) -> Distribution:
    try:
        return old.within(value, value)
    except (SpaceError, TypeError, ValueError):
        raise SpaceError(
            f"it cannot be fixed at {value!r}, which is none of its values: {old.text}. "
            f"To leave them, vary({name}={value!r})"
        ) from None


def _interval(name: str, pair: Any) -> tuple[float | None, float | None]:
    try:
        low, high = pair
        if any(isinstance(each, str) or (each is not None and not np.isfinite(each)) for each in (low, high)):
            raise TypeError
    except (TypeError, ValueError):
        raise SpaceError(f"narrow({name}={pair!r}) is not a pair (low, high) of numbers or None") from None
    return low, high


def _range(distribution: Distribution) -> str:
    values = distribution.values
    return f"{values[0]:g}" if distribution.is_fixed else f"{values[0]:g} to {values[-1]:g}"


def _said(items: dict[str, Any]) -> str:
    return ", ".join(
        f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}" for name, value in items.items()
    )


def _try(what: str, make: Callable[[], Any]) -> None:
    try:
        make()
    except NetspaceError as error:
        raise SpaceError(f"{what} cannot be: {error}") from None
