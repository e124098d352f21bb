"""Runtime of a network from its flops, acts and depth, by coefficients of one device (RegNet paper, section 4)."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from sys import float_info
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.complexity.layers import Complexity
from netspace.errors import LatencyError
from netspace.files import whole_file
from netspace.numbers import Number

Floats = NDArray[np.float64]

FORMS: Mapping[str, tuple[str, ...]] = {
    "linear": ("ms", "ms_per_gf", "ms_per_m_acts"),
    "sqrt": ("ms_per_gf", "ms_per_sqrt_gf"),
    "blocks": ("ms", "ms_per_gf", "ms_per_m_acts", "ms_per_block"),
}
"""What each form of a model adds up, by the names of its coefficients. ``sqrt`` is the paper's, in which the square
root of flops stands for acts, which grow with it among the paper's best networks; it has no constant. ``blocks`` adds
the calls of each block's layers, which a batch of few images does not hide."""

QUANTITIES: Mapping[str, Callable[[Complexity, Number], Number]] = {
    "ms": lambda cost, _: np.ones_like(cost.flops, float),
    "ms_per_gf": lambda cost, _: np.asarray(cost.flops) / 1e9,
    "ms_per_m_acts": lambda cost, _: np.asarray(cost.acts) / 1e6,
    "ms_per_sqrt_gf": lambda cost, _: np.sqrt(np.asarray(cost.flops) / 1e9),
    "ms_per_block": lambda _, depth: np.asarray(depth, float),
}
"""What each coefficient is multiplied by."""

WORDS = {
    "ms": "ms",
    "ms_per_gf": "ms per GF",
    "ms_per_m_acts": "ms per M acts",
    "ms_per_sqrt_gf": "ms per sqrt(GF)",
    "ms_per_block": "ms per block",
}
"""How coefficients are told."""

FORMAT = "netspace runtime model"
VERSION = 1


@dataclass(frozen=True)
class RuntimeModel:
    """Milliseconds of a batch from flops, acts and depth of a network, on one device in one setting.

    The forms are ``"linear"``, a + b flops + c acts, and ``"sqrt"``, b flops + c sqrt(flops): the RegNet paper finds
    that "runtime is best modeled using both a linear and a square-root term due to its dependence on both flops and
    activations" (section 4, Figure 12). The third, ``"blocks"``, is a + b flops + c acts + d blocks, as each block also
    takes the time to call its layers. `netspace.complexity.fit_runtime` makes a model of timed networks, and any model
    is a ``runtime`` by which a space is sampled under a budget of latency.

    Attributes:
        form: ``"linear"``, ``"sqrt"`` or ``"blocks"``.
        coefficients: none negative: ``ms`` (for any network), ``ms_per_gf`` (10^9 multiply-adds of an image),
            ``ms_per_m_acts`` (10^6 activations of an image), ``ms_per_sqrt_gf``, ``ms_per_block``: those of the form.
        n: networks it was fitted on; 0: the coefficients are of other origin.
        median_error: of the absolute relative errors of predictions for networks left out of the fit; 0.03 is 3 %.
            ``None``, as the next two: not known.
        p90_error: nine of ten of those errors are at most this.
        overrun: nine of ten networks left out took at most this times their prediction: for nine of ten to take at
            most 5 ms, ask for at most ``5 / overrun``.
        setting: ``device``, ``processor``, ``backend``, ``batch``, ``image_size``, ``dtype``, ``layout`` and
            ``threads`` of all networks that were timed.
        ranges: lowest and highest ``flops``, ``acts``, ``ms`` and, where known, ``depth`` of them; outside a model
            only extrapolates.
        versions: of netspace, torch and others that computed them.
        date: of the fit, as 2026-01-31.

    Raises:
        LatencyError: the form is unknown, the coefficients are not those of the form, or one of the numbers is none or
            negative.

    Example:
        >>> from netspace.complexity import Complexity, RuntimeModel
        >>> model = RuntimeModel("sqrt", {"ms_per_gf": 6.0, "ms_per_sqrt_gf": 24.0})  # the paper's, 64 images, a V100
        >>> print(model)
        6 ms per GF + 24 ms per sqrt(GF)
        >>> model(Complexity(flops=4_000_000_000, params=0, acts=0))
        72.0
        >>> model(Complexity(flops=np.array([10**9, 4 * 10**9]), params=0, acts=0))
        array([30., 72.])
        >>> import netspace as ns
        >>> model = RuntimeModel("blocks", {"ms": 1.0, "ms_per_gf": 20.0, "ms_per_m_acts": 0.5, "ms_per_block": 0.2})
        >>> network = ns.get_architecture("RegNetX-200MF")  # 0.199 GF, 2.16 M acts, 13 blocks
        >>> round(model.predict(ns.complexity(network), network.depth), 2)
        8.66
    """

    form: str
    coefficients: Mapping[str, float]
    n: int = 0
    median_error: float | None = None
    p90_error: float | None = None
    overrun: float | None = None
    setting: Mapping[str, str | int] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    date: str = ""

    def __post_init__(self) -> None:
        check_form(self.form)
        terms = FORMS[self.form]
        if set(self.coefficients) != set(terms):
            raise LatencyError(f"a {self.form} runtime model needs {', '.join(terms)}, not {dict(self.coefficients)!r}")
        for name, value in self._numbers():
            if not _is_number(value):
                raise LatencyError(f"{name} of a runtime model cannot be {value!r:.60}: give a number of at least 0")

    def __call__(self, complexity: Complexity) -> Any:
        """Gives the same as `predict` without a depth, for the forms that need none."""
        return self.predict(complexity)

    def __str__(self) -> str:
        terms = [f"{value:.3g} {WORDS[name]}" for name, value in self._terms() if value]
        return " + ".join(terms) or "0 ms"

    @property
    def uses_depth(self) -> bool:
        """Whether the form needs the depth of a network."""
        return "ms_per_block" in self.coefficients

    def predict(self, complexity: Complexity, depth: Any = None) -> Any:
        """Predicts the median milliseconds of a batch: a float for one network, an (n,) array for n.

        Args:
            complexity: of one network, or of n as arrays.
            depth: its number of blocks, or (n,) numbers; the forms without blocks need none.

        Raises:
            LatencyError: a complexity or a depth is asked for, and something else was given.
        """
        if not isinstance(complexity, Complexity):
            raise LatencyError(
                f"a runtime model predicts from a Complexity, not from {complexity!r:.80}: give "
                "ns.complexity(architecture), or the .complexity of a population"
            )
        blocks = _checked_depth(depth, np.shape(complexity.flops)) if self.uses_depth else 0
        ms = sum(value * QUANTITIES[name](complexity, blocks) for name, value in self._terms())
        return ms if np.ndim(ms) else float(ms)

    def extrapolates(self, limits: Iterable[float | None]) -> str:
        """Tells that a budget on latency has an end outside the times that the model was fitted to, else nothing.

        Args:
            limits: ``(low, high)`` in milliseconds; ``None``: an open end.

        Example:
            >>> terms = {"ms_per_gf": 6.0, "ms_per_sqrt_gf": 24.0}
            >>> model = RuntimeModel("sqrt", terms, ranges={"ms": (10.0, 318.0)})
            >>> model.extrapolates((None, 5.0))
            '5 ms is outside the 10 to 318 ms that the runtime model was fitted to, where it only extrapolates'
            >>> model.extrapolates((20, 50))
            ''
        """
        low, high = self.ranges.get("ms", (0.0, float("inf")))
        outside = " and ".join(f"{end:.4g} ms" for end in limits if end is not None and not low <= end <= high)
        verb = "are" if " and " in outside else "is"
        fitted = f"{low:.3g} to {high:.3g} ms that the runtime model was fitted to, where it only extrapolates"
        return f"{outside} {verb} outside the {fitted}" if outside else ""

    def error(self) -> str:
        """Tells how far predictions are off.

        Example:
            >>> RuntimeModel("sqrt", {"ms_per_gf": 6.0, "ms_per_sqrt_gf": 24.0}).error()
            'error not known'
        """
        if self.median_error is None or self.p90_error is None:
            return "error not known"
        return (
            f"{100 * self.median_error:.1f} % median error, {100 * self.p90_error:.1f} % for nine of ten networks "
            f"(cross-validated, n = {self.n})"
        )

    def to_json(self) -> str:
        """Gives the model as text that `from_json` reads."""
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "RuntimeModel":
        """Reads what `to_json` gave.

        Raises:
            LatencyError: the text is no runtime model, or one of a later netspace.

        Example:
            >>> model = RuntimeModel("linear", {"ms": 1.0, "ms_per_gf": 6.5, "ms_per_m_acts": 0.0})
            >>> RuntimeModel.from_json(model.to_json()) == model
            True
        """
        return cls(**_read_fields(text))

    def save(self, path: str | Path) -> Path:
        """Writes the model into a JSON file, which `read` reads.

        Raises:
            LatencyError: the file cannot be written.
        """
        with whole_file(path, LatencyError) as file:
            file.write_text(self.to_json(), encoding="utf-8")
        return Path(path)

    @classmethod
    def read(cls, path: str | Path) -> "RuntimeModel":
        """Reads what `save` wrote.

        Raises:
            LatencyError: there is no such file, or it holds no runtime model.
        """
        try:
            return cls.from_json(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise LatencyError(
                f"cannot read the runtime model {str(path)!r}: {error.strerror}. "
                "`netspace benchmark --space regnetx --fit FILE` makes one."
            ) from None
        except (LatencyError, UnicodeDecodeError) as error:
            raise LatencyError(f"{str(path)!r} holds no runtime model: {error}") from None

    def _numbers(self) -> Iterator[tuple[str, Any]]:
        """Yields all that has to be a number, by its name."""
        yield from self._terms()
        errors = ((name, getattr(self, name)) for name in ("median_error", "p90_error", "overrun"))
        yield from (("n", self.n), *((name, value) for name, value in errors if value is not None))
        yield from ((f"ranges of {name}", end) for name, ends in self.ranges.items() for end in ends)

    def _terms(self) -> list[tuple[str, float]]:
        return [(name, self.coefficients[name]) for name in FORMS[self.form]]


def check_form(form: str, *also: str) -> None:
    """Raises a `LatencyError` for a form that is not one of `FORMS`, nor one of those given."""
    if form not in (*also, *FORMS):
        raise LatencyError(f"form {form!r} of a runtime model is unknown: choose one of {', '.join((*also, *FORMS))}")


def _checked_depth(depth: Any, shape: tuple[int, ...]) -> Floats:
    """Gives depths as numbers of that shape.

    Raises:
        LatencyError: there is none, one is less than 1, or their shape is another.
    """
    advice = "give model.predict(complexity, depth) the .depth of an architecture or of a population"
    if depth is None:
        raise LatencyError(f"this runtime model counts blocks, and it was given no depth: {advice}")
    try:
        blocks = np.asarray(depth, float)
    except (TypeError, ValueError):
        raise LatencyError(f"a depth is a number of blocks, not {depth!r:.80}: {advice}") from None
    if blocks.shape not in ((), shape):
        raise LatencyError(f"depths of shape {blocks.shape} are given for networks of shape {shape}: {advice}")
    if not (blocks >= 1).all():
        raise LatencyError(
            f"a runtime model that counts blocks cannot predict networks of {blocks.min():g} blocks, such as those of "
            'other libraries, whose blocks are not known: fit one with fit_runtime(rows, "linear")'
        )
    return blocks


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= float_info.max


def _read_fields(text: str) -> dict[str, Any]:
    """Gives the fields that a model's text holds.

    Raises:
        LatencyError: it is not a model's, or of a later version.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LatencyError(f"the text is not JSON ({error})") from None
    if not isinstance(given, dict) or given.pop("format", None) != FORMAT:
        raise LatencyError(f"the JSON does not have 'format': '{FORMAT}'")
    version = given.pop("version", None)
    if version != VERSION:
        raise LatencyError(
            f"the runtime model is of version {version!r}, and this netspace reads {VERSION}: take the netspace that "
            "wrote it, or fit the model again"
        )
    known = {each.name for each in fields(RuntimeModel)}
    if set(given) != known or not all(isinstance(given[name], dict) for name in _MAPPINGS):
        raise LatencyError(f"the runtime model needs just the fields {', '.join(sorted(known))}; fit it again")
    try:
        ranges = {name: (float(low), float(high)) for name, (low, high) in given["ranges"].items()}
    except (TypeError, ValueError, OverflowError):
        raise LatencyError(f"ranges of a runtime model are pairs of numbers, not {given['ranges']!r:.80}") from None
    return {**given, "ranges": ranges}


_MAPPINGS = ("coefficients", "setting", "ranges", "versions")
