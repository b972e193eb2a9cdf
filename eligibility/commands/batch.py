"""`batch`: whole tables of people screened into a folder, and any of their rows explained."""

from __future__ import annotations

from typing import Any

import click

from eligibility.commands.batching import Asked
from eligibility.commands.options import Day, format_option, lang_option, pack_option, reading_option
from eligibility.commands.usage import Wrong


@click.command("batch")
@click.argument("persons", metavar="TABLE...", nargs=-1, required=True)
@click.option(
    "--households",
    multiple=True,
    type=click.Path(),
    metavar="TABLE",
    help="家庭表，可多次 A table of households; may be repeated.",
)
@click.option(
    "--map",
    "mapping",
    type=click.Path(),
    metavar="FILE",
    help="列名和代码的对照文件 What foreign columns and codes mean.",
)
@click.option("-o", "--output", type=click.Path(), metavar="DIR", help="放结果的新文件夹 A new folder for the results.")
@click.option(
    "--as-of",
    type=Day(),
    metavar="YYYY-MM-DD",
    help="按哪一天的规定 The day whose law applies (默认 default: 表里的日期，否则今天 that of the tables, else today).",
)
@click.option(
    "--only", multiple=True, metavar="ID", help="只查这个事项，可多次 Only this entitlement; may be repeated."
)
@click.option("--all", "everything", is_flag=True, help="不符合的也写出 Rows for what is closed too.")
@click.option("--wide", is_flag=True, help="每人一行、每户一行 A row for each person and each household.")
@click.option(
    "--take-up",
    is_flag=True,
    help="应享未享、在享待核实 What is due and not received; what is received and to be checked.",
)
@click.option("--resume", is_flag=True, help="接着做没做完的 Goes on with what was broken off.")
@click.option(
    "--explain", "row", metavar="ROW", help="说明一行的理由 Explains a row: FILE:ROW, HOUSEHOLD or HOUSEHOLD/MEMBER."
)
@click.option("--chunk-rows", type=click.IntRange(1), metavar="N", help="一块约多少行 About how many rows a chunk has.")
@click.option("--show-personal", "personal", is_flag=True, help="显示姓名 Show names.")
@click.option("--quiet", is_flag=True, help="不显示进度 No progress.")
@pack_option
@reading_option
@lang_option
@format_option("parquet", "csv", "xlsx", "json")
def batch_command(**given: Any) -> int:  # noqa: ANN401 - one value for each option
    """成批筛查人口表，结果写入文件夹。Screens whole tables of people into a folder.

    TABLE 是 CSV、Excel、Parquet 文件，或装着它们的文件夹。TABLE is a file of CSV, Excel or Parquet, or a folder of them.

    结束码 Exit codes: 0 完成 done, 4 有行被拒 rows were refused, 5 磁盘已满 the disk is full, 130 中断 interrupted.

    \b
    例 Example:
      python cli.py batch examples/tables/persons.csv --as-of 2017-12-31 -o out
    """  # noqa: D301 - click reads the control character
    asked = Asked(**given)
    if asked.row is not None:
        from eligibility.commands.rows import explain_row

        return explain_row(asked, asked.row)
    if asked.output is None:
        raise Wrong("缺少 `--output`：放结果的文件夹", "`--output` is missing: the folder for the results")
    from eligibility.commands.running import run

    return run(asked, asked.output)
