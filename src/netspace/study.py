"""The study: populations in a store, and training them."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from netspace.architecture import Architecture
from netspace.errors import SpaceError
from netspace.execution import Assignment, Executor, LocalExecutor, Task
from netspace.execution.progress import ProgressDisplay, Tally
from netspace.networks.registry import check_blocks
from netspace.populations import Plan, Record, Records, Store
from netspace.populations.record import Epoch, Outcome
from netspace.spaces import Population
from netspace.training.data import PreparedData, load_dataset, prepare
from netspace.training.devices import available_cores, choose_device, choose_layout
from netspace.training.loop import network_seed
from netspace.training.recipe import Recipe, get_recipe


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
        with self.store.writer():
            self._create(_as_population(population), name)

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
                seed; or another process is writing to it.
            DataError: the data cannot be found or used, or has more classes than the networks have outputs.
            RecipeError: the recipe or the device cannot be used.
            ArchitectureError: networks have a block that is not registered in this process.
        """
        recipe, device = get_recipe(recipe), choose_device(device)
        if executor is None:
            executor = LocalExecutor(default_workers(device) if workers is None else workers)
        if population is not None:
            population = _as_population(population)
        with self.store.writer():
            architectures = self.store.architectures(name) if population is None else population.architectures
            check_blocks(architectures)
            prepared = prepare_for(architectures, data, recipe, seed)
            if population is not None:
                self._create(population, name)
            self.store.assign(name, recipe=recipe.to_dict(), data=_facts(prepared), seed=seed)
            pending = self.store.pending(name, retry_failed=retry_failed)
            if pending:
                assignment = Assignment(recipe, prepared, device, choose_layout(recipe.layout, device))
                tasks = [Task(i, architectures[i], network_seed(seed, architectures[i])) for i in pending]
                self._run(executor, assignment, tasks, name, retry_failed, progress)
        return self[name]

    def _create(self, population: Population, name: str) -> None:
        plan = Plan(name, population.architectures, population.parameters, population.complexity, population.origin)
        self.store.create(plan)

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
        work = self.store.flops(name)
        tally = Tally(name, len(work), {task.index: float(work[task.index]) for task in tasks})
        old = frame[~frame["index"].isin([task.index for task in tasks])]
        tally.done, tally.failed = len(old), int((old["status"] == "failed").sum())
        errors = old["error"].to_numpy(float)
        tally.best = float(np.nanmin(errors)) if np.isfinite(errors).any() else None
        recorder = _Recorder(self.store, name, tally, assignment.recipe.epochs, replace_failed=retry_failed)
        if not progress:
            executor.run(assignment, tasks, recorder)
            return
        with ProgressDisplay(tally) as recorder.display:
            executor.run(assignment, tasks, recorder)


class _Recorder:
    """Writes what an executor reports into the store, and shows it."""

    def __init__(self, store: Store, name: str, tally: Tally, epochs: int, *, replace_failed: bool) -> None:
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
        self.tally.progress(index, epoch.epoch / self.epochs)
        self._show()

    def finished(self, index: int, outcome: Outcome) -> None:
        """Writes the outcome, then counts it."""
        self.store.add(self.name, index, outcome, replace_failed=self.replace_failed)
        self.tally.add(index, outcome)
        self._show()

    def _show(self) -> None:
        if self.display is not None:
            self.display.update()


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
