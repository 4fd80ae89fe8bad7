"""Every row has its test."""

import re
from pathlib import Path

ROWS = [*range(1, 57), 59]
TEST = re.compile(r"^def test_row_(\d+)\(", re.MULTILINE)


def test_every_row_has_one_test() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py"))]
    assert sorted(int(number) for text in texts for number in TEST.findall(text)) == ROWS
