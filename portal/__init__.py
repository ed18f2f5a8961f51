"""Where people meet the warehouse: a Django site, rendered on the server, that works without JavaScript.

Belongs here: pages, forms, accounts, sessions, who may see what. Does not belong here: what a return is worth
(``expectations``), how numbers read (``exports``), when anything runs (``orchestration``). Views stay thin: they ask
the one :class:`~expectations.desk.Desk` of the process and show what it says.

Where things are::

    settings.py      everything from the environment, read in one place
    house.py         the desk, the contracts and the published build of this process
    access.py        who may come in, and whose things they see: everything else answers 404
    routes.py        the register of routes; ``route`` guards, ``public`` does not
    urls.py          the site's addresses, put together from the apps
    middleware.py    upload size before reading, ends of sessions, headers
    throttle.py      limits on costly routes, by user and by address
    accounts/        people: roles, partners, programs; sign-in, passwords, administration
    partners/        the partner's data officer: what is due, hand in, answer, receipt, history
    leads/           the program lead: queue, sign-off, KPI tables
    leadership/      the annual progress extract
    templates/       base.html, parts/ (shared pieces), one folder per app
    static/portal/   portal.css and portal.js, nothing else; no inline style or script anywhere

A new page: a small view taking ``request`` and ids, a ``route(...)`` line in the app's ``urls.py`` with the roles that
may come in, a template that extends ``base.html``. Ids named ``partner``, ``program``, ``period`` and
``submission_id`` are checked against the account before the view is called. The tests walk the register: a route that
is not in it fails them.
"""
