"""`cellarhand backup` and `cellarhand restore`: whole tenants into a file, and out of it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cellarhand.cli.answers import (
    Failure,
    Interrupted,
    answer,
    as_json,
    faults_as_failures,
    table,
    with_store,
)
from cellarhand.cli.database import DATABASE_HELP, DEFAULT, DatabaseUrl, database_option
from cellarhand.cli.progress import progress

if TYPE_CHECKING:
    from cellarhand.transfer.backup_file import BackupReader, Manifest


@click.command()
@click.argument("target", metavar="FILE|FOLDER")
@click.option("--tenant", "tenants", multiple=True, metavar="SLUG", help="Back up this one. May be repeated.")
@click.option("--all", "everything", is_flag=True, help="The whole installation: all tenants, people, apps.")
@click.option("--verify", is_flag=True, help="Write nothing: check that FILE is whole and undamaged.")
@click.option("--overwrite", is_flag=True, help="Let a backup take the place of an older one.")
@database_option
@as_json
def backup(
    target: str,
    tenants: tuple[str, ...],
    everything: bool,
    verify: bool,
    overwrite: bool,
    database: str,
    as_json: bool,
) -> None:
    """Write tenants into a file, all of it as of one moment, while the server goes on.

    The file holds customers' data and hashed secrets: only its owner may read it. In a FOLDER it gets a
    name of its own. Any database can be restored from it, of either kind.

    \b
    Example:  cellarhand backup --all /var/backups/cellarhand
              cellarhand backup --tenant my-winery my-winery.zip
              cellarhand backup --verify my-winery.zip
    """
    if verify:
        _verify(target, as_json)
        return
    if bool(tenants) == everything:
        raise click.UsageError("say what to back up: --tenant SLUG, or --all")
    path = _named(target, tenants)
    _refuse_to_destroy(path, overwrite)
    try:
        manifest = _write(path, None if everything else tenants, database, as_json)
    except KeyboardInterrupt:
        raise Interrupted(f"stopped: nothing was written to '{path}'; run the same command again") from None
    size = path.stat().st_size
    text = f"{path}: {_summary(manifest)}, {size / 1e6:,.1f} MB"
    answer({"file": str(path), "bytes": size, **_facts(manifest)}, text, as_json=as_json)


def _write(path: Path, tenants: tuple[str, ...] | None, database: str, as_json: bool) -> "Manifest":
    from cellarhand.transfer.backup import back_up
    from cellarhand.transfer.whole_file import whole_file

    def work() -> "Manifest":
        with whole_file(path) as file, progress("backing up rows", quiet=as_json) as advance:
            return with_store(database, lambda store: back_up(store, tenants, file, advance))

    return faults_as_failures(work)


def _named(target: str, tenants: tuple[str, ...]) -> Path:
    """The file itself, or one in the folder that is named by what is in it and when it was made."""
    from cellarhand import clock

    path = Path(target)
    if not path.is_dir():
        return path
    what = tenants[0] if len(tenants) == 1 else "cellarhand"
    moment = clock.to_wire(clock.now())[:19].replace("-", "").replace(":", "")
    return path / f"{what}-{moment}Z.zip"


def _refuse_to_destroy(path: Path, overwrite: bool) -> None:
    """A backup takes nobody's place but another backup's, and that only when told to."""
    from cellarhand.transfer.backup_file import BackupReader

    if not path.exists():
        return
    if not overwrite:
        raise Failure(f"'{path}' is there already: choose another name, or --overwrite it")

    def look() -> None:
        with BackupReader(str(path)):
            pass

    try:
        faults_as_failures(look)
    except Failure:
        raise Failure(f"'{path}' is no backup, so it is not overwritten: choose another name") from None


def _verify(path: str, as_json: bool) -> None:
    def work() -> "Manifest":
        from cellarhand.transfer.backup_file import BackupReader

        with BackupReader(path) as opened:
            _check(opened, as_json)
            return opened.manifest

    manifest = faults_as_failures(work)
    answer(
        {"file": path, "undamaged": True, **_facts(manifest)},
        f"{path} is undamaged: {_summary(manifest)}, made {manifest.createdAt} by Cellarhand"
        f" {manifest.program} (schema {manifest.schema})",
        as_json=as_json,
    )


def _check(opened: "BackupReader", quiet: bool) -> None:
    from cellarhand.transfer.restore import verify

    with progress("checking rows", quiet=quiet) as advance:
        verify(opened, lambda rows: advance(rows, opened.manifest.rows))


def _summary(manifest: "Manifest") -> str:
    count = len(manifest.tenants)
    what = f"tenant '{manifest.tenants[0]}'" if count == 1 else f"{count} tenants"
    return f"{what}, {manifest.rows:,} rows"


def _facts(manifest: "Manifest") -> dict[str, object]:
    return {
        "tenants": list(manifest.tenants),
        "everything": manifest.everything,
        "rows": manifest.rows,
        "createdAt": manifest.createdAt,
        "schema": manifest.schema,
        "program": manifest.program,
    }


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--tenant", "tenants", multiple=True, metavar="SLUG", help="Only this one of the file. May be repeated."
)
@click.option("--as", "new_name", metavar="SLUG", help="Restore a copy beside the original, under this name.")
@click.option("--replace", is_flag=True, help="Erase the tenant that is there, once the restored one stands.")
@click.option("--yes", is_flag=True, help="Don't ask before replacing.")
@click.option(
    "--into",
    "--database",
    "database",
    type=DatabaseUrl(),
    default=DEFAULT,
    envvar="CELLARHAND_DATABASE",
    show_default=True,
    show_envvar=True,
    help=f"{DATABASE_HELP} Made, if there is none.",
)
@as_json
def restore(
    file: str,
    tenants: tuple[str, ...],
    new_name: str | None,
    replace: bool,
    yes: bool,
    database: str,
    as_json: bool,
) -> None:
    """Bring the tenants of a backup into a database, of whichever kind.

    The file is checked first. A tenant can be called when all of it is there, not before; interrupt it at
    any time and run it again. A copy (--as) has the same records and ids, but no web hooks: nobody who
    listens to the original hears of it.

    \b
    Example:  cellarhand restore my-winery.zip
              cellarhand restore my-winery.zip --as try-out
              cellarhand restore all.zip --tenant my-winery --into postgresql://cellarhand@db.example/shop
    """
    from cellarhand.transfer.backup_file import BackupReader

    with faults_as_failures(lambda: BackupReader(file)) as opened:
        names = _names(opened.manifest, tenants, new_name)
        try:
            faults_as_failures(lambda: _check(opened, as_json))
            if replace and not yes:
                _ask(tuple(names.values()))
            _restore(opened, names, replace, database, as_json)
        except KeyboardInterrupt:
            raise Interrupted(
                "stopped: run the same command again, it begins anew and takes away what is half there"
            ) from None


def _names(manifest: "Manifest", tenants: tuple[str, ...], new_name: str | None) -> dict[str, str]:
    """Slug in the file to slug in the database."""
    chosen = tenants or manifest.tenants
    for slug in chosen:
        if slug not in manifest.tenants:
            raise Failure(f"the backup has no tenant '{slug}': it has {', '.join(manifest.tenants)}")
    if new_name is None:
        return {slug: slug for slug in chosen}
    if len(chosen) != 1:
        raise Failure(f"--as names one tenant and the backup has {len(chosen)}: choose it with --tenant")
    return {chosen[0]: new_name}


def _ask(names: tuple[str, ...]) -> None:
    shown = ", ".join(names)
    if click.prompt(f"This erases what '{shown}' holds now. Type that to go on", err=True).strip() != shown:
        raise Failure("that is another name: nothing was changed")


def _restore(
    opened: "BackupReader", names: dict[str, str], replace: bool, database: str, as_json: bool
) -> None:
    import asyncio

    from cellarhand.store import migrate
    from cellarhand.transfer.restore import restore as bring_back

    if faults_as_failures(lambda: asyncio.run(migrate.check(database))) is None:
        faults_as_failures(lambda: asyncio.run(migrate.upgrade(database)))
    with progress("restoring rows", quiet=as_json) as advance:
        done = with_store(
            database, lambda store: bring_back(store, opened, names, replace=replace, progress=advance)
        )
    lines = [f"restored {', '.join(done.tenants)}: {done.rows:,} rows"]
    if done.left_out:
        lines.append(f"left out of the copy: {done.left_out:,} rows of web hooks and events")
    if done.kept:
        lines.append("here already, and as they were:")
        lines.append(table(("PEOPLE AND APPS",), [(name,) for name in done.kept]))
    value = {
        "tenants": list(done.tenants),
        "rows": done.rows,
        "replaced": list(done.replaced),
        "leftOut": done.left_out,
        "kept": list(done.kept),
    }
    answer(value, "\n".join(lines), as_json=as_json)
