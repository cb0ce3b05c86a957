"""The `madoguchi` command. Each subcommand is one clear line on success, a sentence and a code on failure."""

import os
import sys

import click

from madoguchi.config.cli import (
    backup,
    bench,
    check,
    db,
    demo,
    import_cases,
    init,
    keys,
    mail,
    policy,
    promises,
    retention,
    screening,
    serve,
    staff,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="madoguchi", prog_name="madoguchi")
def cli() -> None:
    """窓口: お問い合わせフォームと、その奥の仕事場。"""


for command in (
    demo.demo, init.init, serve.serve, serve.web, serve.worker, check.check, staff.staff,
    promises.promises, policy.policy, backup.backup, backup.restore, keys.keys, db.db, retention.retention, bench.bench,
    mail.mail, import_cases.import_cases, screening.screening,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")
    sys.exit(cli(standalone_mode=True))


if __name__ == "__main__":
    main()
