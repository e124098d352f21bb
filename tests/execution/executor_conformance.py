"""What every executor must do; a new one is tested by a subclass that makes it."""

from collections import Counter
from collections.abc import Callable

import pytest
import torch

import netspace as ns
from netspace.architecture import Architecture, Stage
from netspace.execution import Assignment, Executor, Task
from netspace.populations.record import Epoch, Outcome
from netspace.training.data import PreparedData
from netspace.training.loop import train_network
from netspace.training.recipe import Recipe
from tests.data_made import prepared_stripes

RECIPE = Recipe(epochs=2, batch_size=16, learning_rate=0.05, crop_padding=1)


def network(width: int = 8) -> Architecture:
    """A network that trains in a fraction of a second."""
    return ns.anynet(
        depths=[1],
        widths=[width],
        group_widths=4,
        stem="cifar",
        stem_width=4,
        image_size=8,
        in_channels=1,
        num_classes=2,
    )


def assignment() -> Assignment:
    """The stripes, on the CPU."""
    return Assignment({(8, 1): prepared_stripes()}, "cpu", "channels_last")


def task(index: int, architecture: Architecture | None = None, recipe: Recipe = RECIPE) -> Task:
    """A network to train, its index its seed."""
    return Task(index, architecture or network(), recipe, seed=index)


def train_alone(architecture: Architecture, recipe: Recipe, data: PreparedData, seed: int) -> Outcome:
    """Trains a network in this process, on one thread as workers do."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    try:
        return train_network(architecture, recipe, data, seed=seed)
    finally:
        torch.set_flush_denormal(False)
        torch.set_num_threads(threads)


class Hearing:
    """Keeps all that an executor reports; may act on it."""

    def __init__(self, on_started: Callable[[int], None] | None = None) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self.times: Counter[int] = Counter()
        self.epochs: list[tuple[int, int]] = []
        self.on_started = on_started

    def started(self, index: int) -> None:
        if self.on_started:
            self.on_started(index)

    def epoch(self, index: int, epoch: Epoch) -> None:
        self.epochs.append((index, epoch.epoch))

    def finished(self, index: int, outcome: Outcome) -> None:
        self.times[index] += 1
        self.outcomes[index] = outcome


class ExecutorConformance:
    """Subclass it with a ``make`` that gives an executor of so many workers."""

    def make(self, workers: int) -> Executor:
        raise NotImplementedError

    def run(self, workers: int, tasks: list[Task], hearing: Hearing | None = None) -> Hearing:
        hearing = hearing or Hearing()
        self.make(workers).run(assignment(), tasks, hearing)
        return hearing

    @pytest.mark.slow
    def test_each_network_is_finished_once(self) -> None:
        tasks = [task(i, network(4 * (i + 1))) for i in range(5)]
        heard = self.run(2, tasks)
        assert heard.times == Counter(range(5))
        assert all(outcome.status == "complete" for outcome in heard.outcomes.values())
        assert sorted(heard.epochs) == [(i, e) for i in range(5) for e in (1, 2)]

    def test_no_tasks_is_no_work(self) -> None:
        assert not self.run(2, []).outcomes

    @pytest.mark.slow
    def test_results_do_not_depend_on_the_number_of_workers(self) -> None:
        tasks = [task(i, network(4 * (i + 1))) for i in range(4)]
        one, many = self.run(1, tasks), self.run(3, tasks[::-1])
        for i in range(4):
            a, b = one.outcomes[i], many.outcomes[i]
            assert (a.error, a.test_error) == (b.error, b.test_error)
            assert [e.train_loss for e in a.curve] == [e.train_loss for e in b.curve]

    @pytest.mark.slow
    def test_each_network_is_trained_by_its_own_recipe(self) -> None:
        recipes = [RECIPE.model_copy(update={"epochs": i + 1, "learning_rate": 0.01 * 4**i}) for i in range(3)]
        heard = self.run(2, [task(i, recipe=recipe) for i, recipe in enumerate(recipes)])
        for i, recipe in enumerate(recipes):
            alone = train_alone(network(), recipe, prepared_stripes(), seed=i)
            curve = heard.outcomes[i].curve
            assert [(e.epoch, e.train_loss) for e in curve] == [(e.epoch, e.train_loss) for e in alone.curve]
            assert heard.outcomes[i].error == alone.error

    @pytest.mark.slow
    def test_a_failing_network_does_not_stop_the_others(self) -> None:
        broken = Architecture((Stage(8, activation="none such"),), image_size=8, in_channels=1, num_classes=2)
        heard = self.run(2, [task(0), task(1, broken), task(2, network(16))])
        assert [heard.outcomes[i].status for i in range(3)] == ["complete", "failed", "complete"]
        assert "none such" in heard.outcomes[1].failure.message

    @pytest.mark.slow
    def test_an_exception_in_the_caller_stops_everything(self) -> None:
        def interrupt(_: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            self.run(2, [task(i) for i in range(4)], Hearing(interrupt))
