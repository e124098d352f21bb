"""The quantized line, against RegNetX-200MF and by hand."""

from netspace.lines import quantized_linear_widths


def test_line_is_equations_2_to_4() -> None:
    w, s = quantized_linear_widths([13], [24], [36.44], [2.49])
    assert w[0].tolist() == [24, 56] + [152] * 4 + [368] * 7
    assert s[0].tolist() == [0, 1] + [2] * 4 + [3] * 7


def test_lines_of_differing_depth_share_a_table() -> None:
    w, _ = quantized_linear_widths([2, 4], [16, 16], [16, 0], [2.0, 2.0])
    assert w.tolist() == [[16, 32, 32, 32], [16, 16, 16, 16]]
