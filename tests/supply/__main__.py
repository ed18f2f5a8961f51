"""``python -m tests.supply bill|licences|audit``: writes the bill or the page, or looks for known vulnerabilities."""

import sys

from tests.supply import BILL, PAGE


def main(asked: list[str]) -> int:
    """What is asked for, one after the other; the exit code of the last that is not 0."""
    code = 0
    for what in asked or ["bill", "licences"]:
        if what == "bill":
            from tests.supply.bill import bill

            BILL.write_text(bill(), encoding="utf-8")
        elif what == "licences":
            from tests.supply.licences import page, unnoticed

            PAGE.write_text(page(), encoding="utf-8")
            for line in unnoticed():
                print(line, file=sys.stderr)
                code = 1
        elif what == "audit":
            from tests.supply.audit import audit

            code = audit() or code
        else:
            print("python -m tests.supply bill|licences|audit", file=sys.stderr)
            return 2
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
