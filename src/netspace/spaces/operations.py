"""What gives a new space from a space: one word each, on any space, remembered in its lineage."""

# ruff: noqa: SLF001 (an operation works on other spaces of its own class)

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Never, Self

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


_FOLLOWS: dict[type | None, str] = {
    QuantizedLine: "widths and depths of its stages follow a line",
    PiecewiseLinear: "every block is a stage of its own, whose width follows a function of the block index",
}
"""What decides widths and depths in place of a parameter for each stage."""


class Operations:
    """The operations of `DesignSpace`.

    Rules of `share`, `order`, `narrow`, `fix` and `restrict` hold for the parameters that are drawn. Widths and group
    widths are made to fit each other afterwards, as in the RegNet paper (appendix D) and pycls: a group width above a
    stage's inner width is lowered to it, and the inner width goes to the nearest multiple of the group width, so that a
    stage's built width may differ from the drawn one, by at most a third of it. What binds the networks as they are
    built is ``restrict(function, architectures=True)``.
    """

    name: str
    outline: Architecture
    components: tuple[Component, ...]
    lineage: str
    restrictions: tuple[Restriction, ...]
    make: Callable[..., Architecture | None] | None

    def share(self, attribute: str) -> Self:
        """Gives the space in which all stages have the same ``attribute``.

        It holds for what is drawn: widths and group widths are then made to fit each other, so that built ones may
        differ, widths by at most a third. ``restrict(function, architectures=True)`` binds what is built.

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

        Draws are those of the space on the condition of the order, exactly. It takes the place of an order before,
        and the lineage says so. It holds for what is drawn: widths and group widths are then made to fit each other, so
        that built ones may differ, widths by at most a third, and may be out of order.
        ``restrict(function, architectures=True)`` binds what is built.

        Args:
            attribute: of a stage, such as ``"width"``.
            rule: ``"increasing"`` (never decreasing), ``"decreasing"`` (never increasing), or ``"constant"``, which
                is `share`.
            last: whether the last stage keeps to it too.

        Raises:
            SpaceError: the space has no such parameter per stage, the rule is unknown, or no values keep to it.

        Example:
            >>> import netspace as ns
            >>> print(ns.get_space("anynetx_d").order("depth", last=False).describe()["depth"])
            log-uniform 1 to 16 by 1, increasing over stages, the last stage free
        """
        if rule == "constant" and not last:
            raise SpaceError(f"{attribute} cannot be constant but for the last stage: only an order leaves it free")
        if rule == "constant":
            return self.share(attribute)
        if rule not in ("increasing", "decreasing"):
            raise SpaceError(f"{attribute} cannot be ordered {rule!r}: choose 'increasing', 'decreasing' or 'constant'")
        step = [str(attribute), *([] if rule == "increasing" else [rule]), *([] if last else ["last stage free"])]
        component = self._per_stage(attribute, f"order({', '.join(step)})")
        if component.rule != "free" and (component.rule, component.last) != (rule, last):
            step.append(f"in place of {component.rule}{'' if component.last else ' but for the last stage'}")
        said = ", ".join(step)
        ordered: Rule = "increasing" if rule == "increasing" else "decreasing"
        return self._replaced(component, replace(component, rule=ordered, last=last), f"order({said})")

    def narrow(self, **ranges: Sequence[float | None]) -> Self:
        """Gives the space in which parameters lie in closed intervals: a subset, drawn from on that condition.

        It holds for what is drawn: widths and group widths are then made to fit each other, so that built ones may
        differ, widths by at most a third. ``restrict(function, architectures=True)`` binds what is built.

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
        space, said = _named_some(self, ranges, "narrow(depth=(12, 28))"), []
        for name, pair in ranges.items():
            low, high = _interval(name, pair)
            space = space._changed(name, lambda old, low=low, high=high: old.within(low, high))
            said.append(f"{name}={_range(space._distribution(name))}")
        return space._told(self, f"narrow({', '.join(said)})")

    def fix(self, **values: float) -> Self:
        """Gives the space in which parameters have one of their values: a subset.

        It holds for what is drawn: widths and group widths are then made to fit each other, so that built ones may
        differ, widths by at most a third. ``restrict(function, architectures=True)`` binds what is built.

        Args:
            **values: of each parameter, named as for `narrow`.

        Raises:
            SpaceError: no such parameter, or it cannot have the value; `vary` gives it other values.

        Example:
            >>> import netspace as ns
            >>> ns.get_space("regnetx").fix(bottleneck_ratio=1, depth=20).dimensions
            4
        """
        space = _named_some(self, values, "fix(depth=20)")
        for name, value in values.items():
            space = space._changed(name, lambda old, value=value: _one_of(old, name, value))  # noqa: B023
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
            SpaceError: the name is unknown, or a value cannot be a network's, or a training's.

        Example:
            >>> import netspace as ns
            >>> space = ns.get_space("regnetx").vary(image_size=[160, 192, 224], learning_rate=[0.05, 0.1, 0.2])
            >>> space.dimensions
            8
        """
        space = _named_some(self, distributions, "vary(image_size=[160, 224])")
        for name, given in distributions.items():
            space = space._with_parameter(name, given)
        said = {n: each if isinstance(each, str) else as_distribution(each).text for n, each in distributions.items()}
        return space._told(self, f"vary({_said(said)})")

    def restrict(
        self, rule: str | Callable[[Any], Any], *, name: str | None = None, architectures: bool = False
    ) -> Self:
        """Gives the space of the networks that keep a rule: a subset, drawn from by rejection.

        A parameter (``width_1`` where stages draw their widths) is what is drawn: widths and group widths are then made
        to fit each other, so that built ones may differ, widths by at most a third. What is no parameter (``width_1``
        of a line, ``flops``, ``params``, ``acts``) is of the network as it is built, and so is all that a function with
        ``architectures=True`` is given.

        Args:
            rule: a formula, such as ``"acts <= 6.5e6 * sqrt(flops / 1e9)"`` or ``"width_4 >= 2 * width_1"``; or a
                function that takes a mapping of (n,) arrays and gives (n,) bools. Both know the parameters, the
                stages' numbers (``width_1``, ...), ``depth`` in all, ``flops``, ``params``, ``acts``, and ``e_fit``:
                how far the widths are from a quantized line (RegNet paper, section 3.3; half a millisecond a network).
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
        if isinstance(rule, str) and (architectures or name is not None):
            raise SpaceError(f"name and architectures are for functions, and restrict({rule!r}) is a formula")
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
        **unknown: Never,
    ) -> Self:
        """Gives the space of other networks with the same parameters: what is the same in all of them changes.

        Args:
            block: another block, as in `netspace.anynet`; parameters that it fixes are dropped.
            num_stages: how many stages; further ones are as the last, of stride 2. What was said of the last stage
                alone (``narrow(depth_4=(1, 8))``) holds for each further one too; what was said of a stage that is
                left out is dropped with it.
            strides: of each stage's first block.
            stem: ``"simple"``, ``"cifar"`` or ``"imagenet"``.
            stem_width: channels of the stem.
            image_size: height and width of the input, in pixels.
            in_channels: channels of the input.
            num_classes: outputs of the classifier.
            se: squeeze-and-excitation: its ratio to the block's input, in (0, 1]; 0: none; or a `SqueezeExcite`.
            activation: name of the nonlinearity everywhere, one of `netspace.spaces.outlines.ACTIVATIONS`.
            head_width: channels of a 1x1 convolution before the pool; 0: none.
            **unknown: none; they are refused by the nearest name.

        Raises:
            SpaceError: a number of stages and strides do not fit, or an option or a nonlinearity is unknown.
            ArchitectureError: a value is out of range.

        Example:
            >>> import netspace as ns
            >>> ns.get_space("regnetx").change(block="y", num_stages=5, image_size=128)
            <DesignSpace RegNetX.change(block=y, num_stages=5, image_size=128): 6 dimensions, 5 stages>
        """
        options = {name: value for name, value in locals().items() if name not in ("self", "unknown")}
        outlines.refuse_unknown(unknown, tuple(options))
        given = outlines.given(options)
        if not given:
            raise SpaceError("change(...) needs something to change, such as image_size=128 or block='y'")
        self._needs_outline("change")
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
        """Gives the space whose widths and depths follow a quantized line over the block index.

        What was said of widths and depths before (ranges, orders, values that were fixed) goes with the widths and
        depths that the line takes the place of; rules of `restrict` stay.

        Source: RegNet paper, section 3.3, equations 2 to 4.

        Args:
            depth: d, blocks in all; a distribution as `vary` takes it, like the others.
            initial_width: w_0, multiples of 8.
            slope: w_a; or ``"initial_width"``, which it then equals.
            width_multiplier: w_m, above 1.

        Raises:
            SpaceError: a distribution has values that no line has.
        """
        if "initial_width" in (depth, initial_width, width_multiplier):
            raise SpaceError("only slope can be equal to initial_width")
        line = QuantizedLine(
            as_distribution(depth),
            as_distribution(initial_width),
            None if slope == "initial_width" else as_distribution(slope),
            as_distribution(width_multiplier),
            num_stages=len(self.outline.stages),
        )
        return self._with_widths(line, "quantized_linear(width, depth)")

    def piecewise_linear(self, *, initial_width: Any, slope: Any) -> Self:
        """Gives the space whose widths follow monotone, piecewise linear functions of the block index.

        Width of block i = a f(i) + b (ReXNet paper, section 4.2). Every block becomes a stage of its own, so depths
        must be fixed before. What was said of widths before (ranges, orders) goes with the widths that these take the
        place of, and ``width_2`` is then the second block's; rules of `restrict` stay.

        Args:
            initial_width: b, channels of the first block; a distribution as `vary` takes it.
            slope: a, channels by which blocks widen on average.

        Raises:
            SpaceError: a stage's depth is not fixed, or follows a line.

        Example:
            >>> import netspace as ns
            >>> space = ns.get_space("anynetx_c", num_stages=2).fix(depth_1=2, depth_2=3)
            >>> space.piecewise_linear(initial_width=[16, 24, 32], slope=[4, 8, 16]).num_stages
            5
        """
        self._needs_outline("piecewise_linear")
        space = self._blockwise()
        widths = PiecewiseLinear(as_distribution(initial_width), as_distribution(slope), len(space.outline.stages))
        return space._with_widths(widths, "piecewise_linear(width)")

    def named(self, name: str) -> Self:
        """Gives the same space under another name, which its lineage mentions.

        Raises:
            SpaceError: it is no name.
        """
        if not isinstance(name, str) or not name.strip():
            raise SpaceError(f"{self.name} cannot be named {name!r}: give a name of at least one letter")
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
            raise SpaceError(
                f"{self.name} has no per-stage parameter {attribute!r} to {step}: {outlines.nearest(attribute, known)}"
                f"it has {', '.join(known) or 'none'}"
            )
        if component.rule == "shared":
            raise SpaceError(f"{attribute} of {self.name} is shared by all stages already: {step} would change nothing")
        return component

    def _replaced(self, old: Component, new: Component, step: str) -> Self:
        components = tuple(new if c is old else c for c in self.components)
        return replace(self, components=components)._told(self, step)  # type: ignore[type-var]

    def _with_widths(self, component: Component, step: str) -> Self:
        self._needs_outline(step)
        kept = tuple(c for c in self.components if not set(c.attributes) & set(component.attributes))
        return replace(self, components=(component, *kept))._told(self, step)  # type: ignore[type-var]

    def _needs_outline(self, step: str) -> None:
        if self.make is not None:
            raise SpaceError(f"a function makes networks of {self.name}, to which {step} does nothing: write another")

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
        why = self._why_not(name) or f"{outlines.nearest(name, names)}it has {', '.join(names) or 'none'}"
        return SpaceError(f"{self.name} has no parameter {name!r}: {why}")

    def _why_not(self, name: str) -> str:
        """Says why a parameter that a space could have is none of this one, and what to do instead."""
        attribute = name if name in STAGE_ATTRIBUTES else name.rpartition("_")[0]
        if any(isinstance(c, PiecewiseLinear) and name in c.derived for c in self.components):
            return f'each is drawn with all the others and has no range of its own; restrict("{name} <= 2") binds it'
        by = next((c for c in self.components if attribute in c.attributes), None)
        if type(by) in _FOLLOWS:
            number = name if name != attribute else f"{attribute}_1"
            return f'{_FOLLOWS[type(by)]}; restrict("{number} <= ...") binds it'
        if attribute != name and attribute in STAGE_ATTRIBUTES and not self._knows(attribute) and self.make is None:
            return f"first give {attribute} of all stages, with vary({attribute}=...), and then its own"
        return ""

    def _knows(self, name: str) -> bool:
        """Whether a parameter, or what each stage has, is called so."""
        return any(
            name in c.distributions or (isinstance(c, PerStage) and name == c.attribute) for c in self.components
        )

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
        self._check_values(name, distribution)
        if self._knows(name) or (name in LINE and any(isinstance(c, QuantizedLine) for c in self.components)):
            return self._changed(name, lambda _old: distribution)
        component = self._new_component(name, distribution)
        return replace(self, components=(*self.components, component))  # type: ignore[type-var]

    def _check_values(self, name: str, distribution: Distribution) -> None:
        """Raises an error for values that no stage or network can have."""
        whole = any(name in c.distributions and not isinstance(c, PerStage) for c in self.components)
        attribute = name if name in STAGE_ATTRIBUTES else name.rpartition("_")[0]
        if attribute in STAGE_ATTRIBUTES and not whole:
            for value in distribution.values:
                _try(f"{name}={value:g}", lambda value=value: replace(self.outline.stages[0], **{attribute: value}))  # type: ignore[misc]
        wrong = [value for value in distribution.values if value < 1 or value % 1]
        if name in NETWORK_COLUMNS and wrong and self.make is None:
            raise SpaceError(f"{name} cannot be {wrong[0]:g}: whole numbers of at least 1 are allowed")

    def _new_component(self, name: str, distribution: Distribution) -> Component:
        if name not in TRAINING_PARAMETERS:
            self._needs_outline(f"vary({name}=...)")
        if name in STAGE_ATTRIBUTES and not any(name in c.attributes for c in self.components):
            return PerStage(name, (distribution,) * len(self.outline.stages))
        if name in NETWORK_COLUMNS:
            return Single(name, distribution)
        if name in TRAINING_PARAMETERS:
            return Single(name, distribution)
        if self._why_not(name):
            raise self._unknown(name)
        decided = {attribute for c in self.components for attribute in (*c.attributes, *c.distributions)}
        further = [*([*STAGE_ATTRIBUTES, *NETWORK_COLUMNS] if self.make is None else []), *TRAINING_PARAMETERS]
        known = ", ".join(each for each in further if each not in decided)
        raise SpaceError(f"{self._unknown(name)}; further ones that it may have are {known}")

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
        if component is None or isinstance(component, PiecewiseLinear):
            return self.outline.stages[i].depth
        if isinstance(component, QuantizedLine):
            raise SpaceError(
                f"the depths of the stages of {self.name} follow a line (quantized_linear), so they cannot be fixed, "
                "and blocks have no widths of their own: begin with a space whose stages draw theirs, such as "
                "AnyNetX_C, and fix(depth=...)"
            )
        each = component.each[i] if isinstance(component, PerStage) else None
        if each is None or not each.is_fixed:
            raise SpaceError(
                f"the depth of stage {i + 1} of {self.name} is not fixed, so its blocks have no widths of their own: "
                f"first fix(depth_{i + 1}=...)"
            )
        return int(each.values[0])


def _named_some(space: Any, given: dict[str, Any], example: str) -> Any:
    """Gives the space back, if an operation was given something to do."""
    if not given:
        raise SpaceError(f"{example.partition('(')[0]}(...) needs a parameter of {space.name}, such as {example}")
    return space


def _one_of(old: Distribution, name: str, value: Any) -> Distribution:
    try:
        if value is None:
            raise TypeError  # an open end of `within`
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
