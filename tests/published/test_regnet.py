"""RegNetX and RegNetY of the paper: flops, params and acts of all 24, to the integer.

Source: "Designing Network Design Spaces", Figures 15 and 16, and the authors' model zoo (pycls), whose numbers these
are: depth, w_0, w_a, w_m, group width, bottleneck ratio, then flops, params, acts at 224 px.
"""

import pytest

import netspace as ns
from netspace.networks import count

MODELS = [
    ("RegNetX-200MF", 13, 24, 36.44, 2.49, 8, 1, [(1, 24), (1, 56), (4, 152), (7, 368)], 199_040_872, 2_684_792, 2_164_056),
    ("RegNetX-400MF", 22, 24, 24.48, 2.54, 16, 1, [(1, 32), (2, 64), (7, 160), (12, 384)], 397_678_568, 5_157_512, 3_143_272),
    ("RegNetX-600MF", 16, 48, 36.97, 2.24, 24, 1, [(1, 48), (3, 96), (5, 240), (7, 528)], 600_891_112, 6_196_040, 3_975_096),
    ("RegNetX-800MF", 16, 56, 35.73, 2.28, 16, 1, [(1, 64), (3, 128), (7, 288), (5, 672)], 799_700_712, 7_259_656, 5_148_744),
    ("RegNetX-1.6GF", 18, 80, 34.01, 2.25, 24, 1, [(2, 72), (4, 168), (10, 408), (2, 912)], 1_602_850_792, 9_190_136, 7_933_512),
    ("RegNetX-3.2GF", 25, 88, 26.31, 2.25, 48, 1, [(2, 96), (6, 192), (15, 432), (2, 1008)], 3_176_622_952, 15_296_552, 11_367_432),
    ("RegNetX-4.0GF", 23, 96, 38.65, 2.43, 40, 1, [(2, 80), (5, 240), (14, 560), (2, 1360)], 3_964_499_816, 22_118_248, 12_201_608),
    ("RegNetX-6.4GF", 17, 184, 60.83, 2.07, 56, 1, [(2, 168), (4, 392), (10, 784), (1, 1624)], 6_460_292_264, 26_209_256, 16_369_744),
    ("RegNetX-8.0GF", 23, 80, 49.56, 2.88, 120, 1, [(2, 80), (5, 240), (15, 720), (1, 1920)], 7_995_133_416, 39_572_648, 14_059_688),
    ("RegNetX-12GF", 19, 168, 73.36, 2.37, 112, 1, [(2, 224), (5, 448), (11, 896), (1, 2240)], 12_086_679_016, 46_106_056, 21_366_568),
    ("RegNetX-16GF", 22, 216, 55.59, 2.1, 128, 1, [(2, 256), (6, 512), (13, 896), (1, 2048)], 15_940_756_456, 54_278_536, 25_515_496),
    ("RegNetX-32GF", 23, 320, 69.86, 2.0, 168, 1, [(2, 336), (7, 672), (13, 1344), (1, 2520)], 31_735_930_792, 107_811_560, 36_302_160),
    ("RegNetY-200MF", 13, 24, 36.44, 2.49, 8, 1, [(1, 24), (1, 56), (4, 152), (7, 368)], 199_519_076, 3_162_996, 2_168_052),
    ("RegNetY-400MF", 16, 48, 27.89, 2.09, 8, 1, [(1, 48), (3, 104), (6, 208), (6, 440)], 401_849_056, 4_344_144, 3_892_496),
    ("RegNetY-600MF", 15, 48, 32.54, 2.32, 16, 1, [(1, 48), (3, 112), (7, 256), (4, 608)], 601_227_608, 6_055_160, 4_334_296),
    ("RegNetY-800MF", 14, 56, 38.84, 2.4, 16, 1, [(1, 64), (3, 128), (8, 320), (2, 768)], 797_183_328, 6_263_168, 5_249_888),
    ("RegNetY-1.6GF", 27, 48, 20.71, 2.65, 24, 1, [(2, 48), (6, 120), (17, 336), (2, 888)], 1_612_087_326, 11_202_430, 8_044_814),
    ("RegNetY-3.2GF", 21, 80, 42.63, 2.66, 24, 1, [(2, 72), (5, 216), (13, 576), (1, 1512)], 3_176_496_162, 19_436_338, 11_263_418),
    ("RegNetY-4.0GF", 22, 96, 31.41, 2.24, 64, 1, [(2, 128), (6, 192), (12, 512), (2, 1088)], 3_973_301_344, 20_646_656, 12_287_200),
    ("RegNetY-6.4GF", 25, 112, 33.22, 2.27, 72, 1, [(2, 144), (7, 288), (14, 576), (2, 1296)], 6_355_221_876, 30_583_252, 16_407_188),
    ("RegNetY-8.0GF", 17, 192, 76.82, 2.19, 56, 1, [(2, 168), (4, 448), (10, 896), (1, 2016)], 7_963_074_196, 39_180_068, 17_968_916),
    ("RegNetY-12GF", 19, 168, 73.36, 2.37, 112, 1, [(2, 224), (5, 448), (11, 896), (1, 2240)], 12_092_395_504, 51_822_544, 21_384_496),
    ("RegNetY-16GF", 18, 200, 106.23, 2.48, 112, 1, [(2, 224), (4, 448), (11, 1232), (1, 3024)], 15_911_534_044, 83_590_140, 23_041_228),
    ("RegNetY-32GF", 20, 232, 115.89, 2.53, 232, 1, [(2, 232), (5, 696), (12, 1392), (1, 3712)], 32_279_583_362, 145_046_770, 30_261_570),
]


@pytest.mark.parametrize("row", MODELS, ids=lambda row: row[0])
def test_complexity_is_the_published_one(row) -> None:
    name, depth, w_0, w_a, w_m, g, b, stages, flops, params, acts = row
    architecture = ns.regnet(
        depth=depth,
        initial_width=w_0,
        slope=w_a,
        width_multiplier=w_m,
        group_width=g,
        bottleneck_ratio=b,
        block="y" if name.startswith("RegNetY") else "x",
    )
    assert [(s.depth, s.width) for s in architecture.stages] == stages
    assert ns.complexity(architecture) == ns.Complexity(flops, params, acts)


@pytest.mark.parametrize("row", [MODELS[0], MODELS[12]], ids=lambda row: row[0])
def test_hooks_count_the_same(row) -> None:
    name, depth, w_0, w_a, w_m, g, _, _, flops, params, acts = row
    block = "y" if name.startswith("RegNetY") else "x"
    architecture = ns.regnet(
        depth=depth, initial_width=w_0, slope=w_a, width_multiplier=w_m, group_width=g, block=block
    )
    assert count(ns.build(architecture), 224) == ns.Complexity(flops, params, acts)
