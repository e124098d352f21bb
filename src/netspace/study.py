"""The study: populations in a store, and training them."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import Architecture
from netspace.errors import RecipeError, SpaceError, StoreError
from netspace.execution import Assignment, Executor, LocalExecutor, Task
from netspace.execution.progress import ProgressDisplay, Tally
from netspace.networks.registry import check_blocks
from netspace.populations import Plan, Record, Records, Store
from netspace.populations.imported import is_imported
from netspace.populations.record import Epoch, Outcome
from netspace.spaces import Population
from netspace.spaces.training import recipe_values
from netspace.training.data import PreparedData, load_dataset, prepare
from netspace.training.devices import available_cores, choose_device, choose_layout
from netspace.training.loop import network_seed
from netspace.training.recipe import Recipe, get_recipe, network_recipe


class Study:
    """Populations and their records, in a store behind a URL.

    Args:
        url: ``sqlite:///study.db``, a path to a SQLite file, or ``postgresql://...``.
        create: whether a SQLite file that does not exist is made.

    Raises:
        StoreError: the store cannot be opened, or is of another version.

    Example:
        >>> import netspace as ns
        >>> study = ns.Study("sqlite:///study.db")                                           # doctest: +SKIP
        >>> space = ns.get_space("regnetx", image_size=32, stem="cifar", num_classes=10)
        >>> records = study.train(space.sample(100, flops=(4e6, 6e6)), name="regnetx", data="cifar10")  # doctest: +SKIP
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        self.store = Store(url, create=create)

    def __getitem__(self, name: str) -> Records:
        """Gives the records of the population called ``name``."""
        return self.store.records(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.store.names())

    def __len__(self) -> int:
        return len(self.store.names())

    def __contains__(self, name: object) -> bool:
        return name in self.store.names()

    def best(self, name: str | None = None, k: int = 10) -> list[Record]:
        """Gives the ``k`` records of least validation error, of one population or of all."""
        return self.store.best(name, k)

    def __repr__(self) -> str:
        return f"<Study {self.store.url}: {', '.join(self) or 'no population yet'}>"

    def delete(self, name: str) -> None:
        """Deletes a population, its networks and their records, for good.

        Raises:
            StoreError: there is no such population, or another process is writing to the study.
        """
        with self.store.writer():
            self.store.delete(name)

    def add(self, population: Population | Sequence[Architecture], *, name: str) -> None:
        """Writes a population's networks into the store, to be trained later.

        Adding the same networks under the same name again does nothing; a larger sample of the same seed adds those
        that are new.

        Raises:
            StoreError: other networks are already there under that name.
        """
        plan = _plan(population, name)
        with self.store.writer():
            self.store.create(plan)

    def add_records(self, records: Sequence[Record], *, name: str | None = None) -> Records:
        """Writes a population that was trained elsewhere, and gives its records in this study.

        Args:
            records: what `netspace.import_population` gives, or a population of another study.
            name: of the population; by default that of the records.

        Raises:
            StoreError: there are no records, another population has the name, or another process is writing.

        Example:
            >>> import netspace as ns
            >>> records = ns.import_population("sweep.json", name="regnetx")                     # doctest: +SKIP
            >>> ns.Study("sqlite:///study.db").add_records(records)                              # doctest: +SKIP
            <Records 'regnetx': 500 of 500 networks>
        """
        called = name or str(getattr(records, "name", ""))
        with self.store.writer():
            self.store.add_records(records, called)
        return self[called]

    def train(
        self,
        population: Population | Sequence[Architecture] | None = None,
        *,
        name: str,
        data: Any = "builtin",
        recipe: Any = "quick",
        workers: int | None = None,
        seed: int = 0,
        device: str = "auto",
        retry_failed: bool = False,
        progress: bool = True,
        executor: Executor | None = None,
    ) -> Records:
        """Trains every network of a population that has no record yet, and gives the records of all.

        Networks are trained in the order of the sample, so that those finished so far are a sample themselves. Each
        network that ends is written at once. After Ctrl-C, a crash or a power cut the same call goes on with
        the networks that are left. Results depend on ``seed``, the recipe and the data, not on ``workers``.

        Parameters of the population that are called like fields of a `Recipe` (``learning_rate``, ``epochs``, ...)
        are each network's own values of them; one called ``seed`` is added to ``seed`` for the network's weights and
        order of data. See `netspace.training.network_recipe`.

        Args:
            population: a sample, or a list of architectures; ``None``: what is in the store under ``name``.
            name: of the population in this study.
            data: a data set's name or path, arrays, or a `Dataset`; see `netspace.load_dataset`.
            recipe: a name, a mapping or a `Recipe`; see `netspace.get_recipe`.
            workers: processes on this machine, by default one for each core (on a GPU, at most four).
            seed: of the weights, the order of data and the held-out split.
            device: ``"auto"`` (a GPU if there is one), ``"cpu"``, ``"cuda:0"``, ...
            retry_failed: whether networks that failed before are tried again.
            progress: whether to show it, on the standard error.
            executor: what trains them, if not ``workers`` processes on this machine.

        Raises:
            StoreError: under this name the study holds other networks, or the same with another recipe, data or
                seed, or one that was trained elsewhere; or another process is writing to it.
            DataError: the data cannot be found or used, or has more classes than the networks have outputs.
            RecipeError: the recipe, a network's own value of a field or the device cannot be used.
            ArchitectureError: networks have a block that is not registered in this process.
        """
        recipe, device = get_recipe(recipe), choose_device(device)
        if executor is None:
            executor = LocalExecutor(default_workers(device) if workers is None else workers)
        plan = None if population is None else _plan(population, name)
        with self.store.writer():
            self._check_own(name)
            architectures = self.store.architectures(name) if plan is None else plan.architectures
            parameters = self.store.parameters(name) if plan is None else plan.parameters
            check_blocks(architectures)
            tasks = make_tasks(name, architectures, parameters, recipe, seed)
            prepared = prepare_for(architectures, data, recipe, seed)
            if plan is not None:
                self.store.create(plan)
            self.store.assign(name, recipe=_common(tasks, parameters), data=_facts(prepared), seed=seed)
            pending = self.store.pending(name, retry_failed=retry_failed)
            if pending:
                assignment = Assignment(prepared, device, choose_layout(recipe.layout, device))
                self._run(executor, assignment, [tasks[i] for i in pending], name, retry_failed, progress)
        return self[name]

    def _check_own(self, name: str) -> None:
        """Raises a `StoreError` if the population was trained elsewhere."""
        facts = self.store.facts(name) if name in self else {}
        if is_imported(facts):
            raise StoreError(
                f"population {name!r} was imported from {facts['data']['source']}, trained: it cannot be trained here\n"
                "  Give networks of your own another name."
            )

    def _run(
        self,
        executor: Executor,
        assignment: Assignment,
        tasks: list[Task],
        name: str,
        retry_failed: bool,
        progress: bool,
    ) -> None:
        frame = self[name].frame()
        flops, epochs = self.store.flops(name), {task.index: task.recipe.epochs for task in tasks}
        tally = Tally(name, len(flops), {i: float(flops[i]) * epochs[i] for i in epochs})
        old = frame[~frame["index"].isin([task.index for task in tasks])]
        tally.done, tally.failed = len(old), int((old["status"] == "failed").sum())
        errors = old["error"].to_numpy(float)
        tally.best = float(np.nanmin(errors)) if np.isfinite(errors).any() else None
        recorder = _Recorder(self.store, name, tally, epochs, replace_failed=retry_failed)
        if not progress:
            executor.run(assignment, tasks, recorder)
            return
        with ProgressDisplay(tally) as recorder.display:
            executor.run(assignment, tasks, recorder)


class _Recorder:
    """Writes what an executor reports into the store, and shows it."""

    def __init__(
        self, store: Store, name: str, tally: Tally, epochs: Mapping[int, int], *, replace_failed: bool
    ) -> None:
        self.store = store
        self.name = name
        self.tally = tally
        self.replace_failed = replace_failed
        self.epochs = epochs
        self.display: ProgressDisplay | None = None

    def started(self, index: int) -> None:
        """Shows that a network is in training."""
        self.tally.progress(index, 0.0)
        self._show()

    def epoch(self, index: int, epoch: Epoch) -> None:
        """Shows how far it is."""
        self.tally.progress(index, epoch.epoch / self.epochs[index])
        self._show()

    def finished(self, index: int, outcome: Outcome) -> None:
        """Writes the outcome, then counts it."""
        self.store.add(self.name, index, outcome, replace_failed=self.replace_failed)
        self.tally.add(index, outcome)
        self._show()

    def _show(self) -> None:
        if self.display is not None:
            self.display.update()


def make_tasks(
    name: str,
    architectures: Sequence[Architecture],
    parameters: Mapping[str, NDArray[Any]],
    recipe: Recipe,
    seed: int,
) -> list[Task]:
    """Gives what is to be done for each network of the population ``name``, by its own recipe and seed.

    Raises:
        RecipeError: a network's own value of a field cannot be used.
    """
    columns = [np.asarray(values).tolist() for values in parameters.values()]
    rows = zip(*columns, strict=True) if columns else [()] * len(architectures)
    tasks = []
    for i, (architecture, row) in enumerate(zip(architectures, rows, strict=True)):
        own = dict(zip(parameters, row, strict=True))
        try:
            tasks.append(Task(i, architecture, network_recipe(recipe, own), network_seed(seed, architecture, own)))
        except RecipeError as error:
            raise RecipeError(f"population {name!r}, network {i}: {error}") from None
    return tasks


def prepare_for(
    architectures: Sequence[Architecture], data: Any, recipe: Recipe, seed: int
) -> dict[tuple[int, int], PreparedData]:
    """Loads a data set and prepares it for each input size and channel count that the networks take.

    Raises:
        DataError: the data cannot be used, or has more classes than a network has outputs.
    """
    inputs = sorted({(each.image_size, each.in_channels) for each in architectures})
    dataset = load_dataset(data, image_size=max(size for size, _ in inputs))
    outputs = min(each.num_classes for each in architectures)
    if outputs > len(dataset.classes):
        warnings.warn(
            f"the networks have {outputs:,} outputs, {dataset.name} has {len(dataset.classes)} classes: the others "
            f"cost flops and are never right. get_space(..., num_classes={len(dataset.classes)}) leaves them out.",
            stacklevel=3,
        )
    return {
        (size, channels): prepare(
            dataset,
            image_size=size,
            in_channels=channels,
            validation=recipe.validation,
            seed=seed,
            num_classes=outputs,
        )
        for size, channels in inputs
    }


def _common(tasks: Sequence[Task], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the recipe less the fields of which each network has its own value."""
    own = recipe_values(parameters)
    return {field: value for field, value in tasks[0].recipe.to_dict().items() if field not in own}


def _plan(networks: Population | Sequence[Architecture], name: str) -> Plan:
    population = _as_population(networks)
    return Plan(name, population.architectures, population.parameters, population.complexity, population.origin)


def _as_population(networks: Population | Sequence[Architecture]) -> Population:
    """Takes a population, or a list of architectures."""
    if isinstance(networks, Population):
        return networks
    if isinstance(networks, Sequence) and all(isinstance(each, Architecture) for each in networks):
        return Population.from_architectures(networks)
    raise SpaceError(f"a population is what space.sample(...) gives, or a list of architectures, not {networks!r:.80}")


def default_workers(device: str) -> int:
    """Gives how many processes train at once: one for each core, on a GPU at most four."""
    cores = available_cores()
    return cores if device.startswith("cpu") else min(4, cores)


def _facts(prepared: Mapping[tuple[int, int], PreparedData]) -> dict[str, Any]:
    """Gives what records keep of the data: the facts of each input size and channel count."""
    return {"datasets": [each.facts for each in prepared.values()]}
