"""`impact portal`: the site for partners, leads and leadership."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.app import UsageProblem, app, house, say


@app.command()
def portal(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 8000,
    threads: Annotated[int, typer.Option("--threads", help="Requests served at once.")] = 8,
    workers: Annotated[
        int, typer.Option("--workers", help="Processes that serve; more than one where reading returns is the wait.")
    ] = 1,
    runs: Annotated[
        bool,
        typer.Option(
            "--runs/--no-runs", help="Make new tables when the log moves, and remind people; not beside Dagster."
        ),
    ] = True,
    with_demo: Annotated[
        bool, typer.Option("--demo", help="Sample returns where there are none, and demo accounts with new passwords.")
    ] = False,
) -> None:
    """Serve the portal until stopped with Ctrl-C."""
    from orchestration import serving
    from orchestration.cli.running import demo
    from orchestration.demo import take_back

    if serving.in_use(host, port):
        raise UsageProblem(f"Something else listens at {host}:{port}. Stop it, or choose another port with --port.")
    home = house()
    settings = home.settings
    taken: list[str] = []
    real = serving.real_partners(settings, home.contracts) if with_demo else []
    if real:
        names = f"{', '.join(real[:3])}{' and others' if real[3:] else ''}"
        raise UsageProblem(
            f"There are returns of {names} here, which are no samples. Demo accounts would see them. "
            "Start without --demo, or set IMPACT_DATA to another folder."
        )
    if with_demo and serving.is_empty(settings):
        demo()
        taken = take_back(home)
    loopback = host in ("127.0.0.1", "localhost", "::1")
    address = f"http://{host}:{port}"
    # Without TLS cookies can't be marked secure; that is for a demo on this machine only.
    env = serving.environment(settings, address, https=not (with_demo and loopback))
    serving.prepare(env)
    say(f"The portal is at {env['IMPACT_PORTAL_URL']}")
    if with_demo:
        say("Synthetic sample. Accounts (the passwords are new at every start):")
        for account in serving.demo_accounts(env):
            say(f"  {account.email:<32} {account.password:<24} {account.role}, {account.name}")
    for path in taken:
        say(f"HEAL’s last quarter was taken back. Hand it in as heal@partner.example: {path}")
    if taken:
        say("The file beside it has mistakes: hand that in first to see how they are answered.")
    say("Stop it with Ctrl-C.")
    argv = serving.command(host, port, threads, workers)
    raise typer.Exit(serving.serve(argv, env, settings, say, runs=runs, reminds=runs and not with_demo))
