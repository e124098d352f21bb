"""Populations for reports, beyond those of `tests.records_made`."""

import dataclasses

import numpy as np

import netspace as ns
from netspace.populations import Records
from netspace.random import stream
from tests.records_made import finished, make_records, model_errors


def with_training_parameters(records: Records) -> Records:
    """Gives each network a learning rate and a weight decay of its own."""
    drawn = np.exp(stream(0, "training").uniform([-5, -12], [0, -5], (len(records), 2))).tolist()
    made = [
        dataclasses.replace(record, parameters={**record.parameters, "learning_rate": rate, "weight_decay": decay})
        for record, (rate, decay) in zip(records, drawn, strict=True)
    ]
    return Records.from_records(records.name, made)


def wide_population(n: int) -> Records:
    """Gives RegNets of a wide range of flops."""
    sample = ns.get_space("regnetx", image_size=32, stem="cifar", num_classes=10).sample(n, flops=(2e6, 64e6), seed=0)
    outcomes = [finished(float(error), 0, i) for i, error in enumerate(model_errors(sample, 0))]
    return Records.from_records("wide", make_records("wide", sample, outcomes))
