"""Batches and lists of architectures tell what each architecture in them would."""

import numpy as np

import netspace as ns
from netspace.architecture import Architecture
from netspace.complexity import ArchitectureBatch, ArchitectureList


def test_depth_is_that_of_each_architecture() -> None:
    sampled = ns.get_space("anynetx_a", image_size=32, stem="cifar").sample(20, seed=0).networks
    depths = [sampled[i].depth for i in range(20)]
    assert isinstance(sampled, ArchitectureBatch)
    assert sampled.depth.tolist() == depths
    assert sampled.depth.dtype == np.int64
    assert len(set(depths)) > 5
    assert ArchitectureList(tuple(sampled[i] for i in range(20))).depth.tolist() == depths


def test_depth_that_does_not_vary_is_the_outlines() -> None:
    outline = ns.anynet(depths=[1, 2, 3], widths=[8, 16, 32], group_widths=[8, 8, 8])
    batch = ArchitectureBatch(outline, {"image_size": np.array([32, 64, 96])})
    assert batch.depth.tolist() == [6, 6, 6]


def test_the_depth_of_a_foreign_network_is_not_known() -> None:
    foreign = Architecture((), foreign="timm:vit_tiny_patch16_224")
    assert ArchitectureList((foreign, ns.anynet(depths=[2], widths=[8]))).depth.tolist() == [0, 2]
    assert ArchitectureList(()).depth.shape == (0,)
