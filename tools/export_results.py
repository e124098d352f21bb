"""Writes the results of a study as one Parquet file, with a JSON file beside it that says how they came about.

Run: python tools/export_results.py study.db results/NAME.parquet
An unfinished study is refused, unless --partial is given: its numbers are for looking at, not for keeping.
"""

import argparse
import json
import sys
from pathlib import Path

import netspace as ns
from netspace.errors import NetspaceError
from netspace.populations.results import write_results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", help="SQLite file, or the URL of a study")
    parser.add_argument("results", type=Path, help="Parquet file to write")
    parser.add_argument("--partial", action="store_true", help="write what there is of an unfinished study")
    options = parser.parse_args()
    try:
        return export(options.study, options.results, partial=options.partial)
    except NetspaceError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1


def export(url: str, path: Path, *, partial: bool) -> int:
    """Writes both files and says how many networks they hold; gives 1 where the study is not finished."""
    study = ns.Study(url, create=False)
    done, planned = tell(study)
    if done < planned and not partial:
        print(f"nothing written: {planned - done} of {planned} networks are not trained yet", file=sys.stderr)
        return 1
    facts = write_results([study[name] for name in study if len(study[name])], path)
    beside = path.with_suffix(".json")
    beside.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    whole = "all" if done == planned else "UNFINISHED:"
    print(f"{path}: {whole} {done} of {planned} networks, {path.stat().st_size:,} bytes; {beside}")
    return 0


def tell(study: ns.Study) -> tuple[int, int]:
    """Says how far each population is; gives the networks that have a record, and all that are planned."""
    summary = study.store.summary()
    for each in summary:
        print(f"{each.name}: {each.complete} of {each.planned} networks, {each.failed} failed")
    return sum(each.complete + each.failed for each in summary), sum(each.planned for each in summary)


if __name__ == "__main__":
    sys.exit(main())
