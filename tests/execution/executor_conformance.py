"""What every executor must do; a new one is tested by a subclass that makes it."""

from collections import Counter
from collections.abc import Callable

import pytest

import netspace as ns
from netspace.architecture import Architecture, Stage
from netspace.execution import Assignment, Executor, Task
from netspace.populations.record import Epoch, Outcome
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


def assignment(recipe: Recipe = RECIPE) -> Assignment:
    """The stripes, on the CPU."""
    return Assignment(recipe, {(8, 1): prepared_stripes()}, "cpu", "channels_last")


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

    def run(self, workers: int, tasks: list[Task], hearing: Hearing | None = None, recipe: Recipe = RECIPE) -> Hearing:
        hearing = hearing or Hearing()
        self.make(workers).run(assignment(recipe), tasks, hearing)
        return hearing

    @pytest.mark.slow
    def test_each_network_is_finished_once(self) -> None:
        tasks = [Task(i, network(4 * (i + 1)), seed=i) for i in range(5)]
        heard = self.run(2, tasks)
        assert heard.times == Counter(range(5))
        assert all(outcome.status == "complete" for outcome in heard.outcomes.values())
        assert sorted(heard.epochs) == [(i, e) for i in range(5) for e in (1, 2)]

    def test_no_tasks_is_no_work(self) -> None:
        assert not self.run(2, []).outcomes

    @pytest.mark.slow
    def test_results_do_not_depend_on_the_number_of_workers(self) -> None:
        tasks = [Task(i, network(4 * (i + 1)), seed=i) for i in range(4)]
        one, many = self.run(1, tasks), self.run(3, tasks[::-1])
        for i in range(4):
            a, b = one.outcomes[i], many.outcomes[i]
            assert (a.error, a.test_error) == (b.error, b.test_error)
            assert [e.train_loss for e in a.curve] == [e.train_loss for e in b.curve]

    def test_a_failing_network_does_not_stop_the_others(self) -> None:
        broken = Architecture((Stage(8, activation="none such"),), image_size=8, in_channels=1, num_classes=2)
        heard = self.run(2, [Task(0, network(), 0), Task(1, broken, 1), Task(2, network(16), 2)])
        assert [heard.outcomes[i].status for i in range(3)] == ["complete", "failed", "complete"]
        assert "none such" in heard.outcomes[1].failure.message

    def test_an_exception_in_the_caller_stops_everything(self) -> None:
        def interrupt(_: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            self.run(2, [Task(i, network(), i) for i in range(4)], Hearing(interrupt))
