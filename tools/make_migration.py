"""Write a revision from the difference between the models and an up-to-date empty database.

`python tools/make_migration.py "what changes"` writes migrations/versions/NNNN_what_changes.py;
`--first` replaces the first revision (only before the first release).
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from alembic import command  # noqa: E402

from app.database.migrate import FOLDER, alembic_config, upgrade_tables  # noqa: E402
from app.extensions import db  # noqa: E402
from app.factory import create_app  # noqa: E402


def main() -> None:
    """Make one revision file."""
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    versions = FOLDER / "versions"
    if "--first" in sys.argv:
        for old in versions.glob("*.py"):
            old.unlink()
    number = f"{len(list(versions.glob('*.py'))) + 1:04d}"
    message = words[0] if words else "first tables"
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": folder})
        with app.app_context():
            upgrade_only = number != "0001"
            if upgrade_only:
                with db.engine.begin() as connection:
                    upgrade_tables(connection)
            with db.engine.connect() as connection:
                config = alembic_config(connection)
                command.revision(config, message, autogenerate=True, rev_id=number)
    made = next(versions.glob(f"{number}_*.py"))
    text = made.read_text(encoding="utf-8")
    # Our own types are written as what they are in the database, so that a revision never imports the app.
    text = re.sub(r"app\.database\.types\.UtcMoment\([^)]*\)", "sa.DateTime(timezone=True)", text)
    text = re.sub(r"[\w.]*ExactNumber\(\w+=(\d+), \w+=(\d+)\)", r"sa.Numeric(\1, \2)", text)
    if "app." in text:
        raise SystemExit("A type of ours is not written as plain SQLAlchemy; teach tools/make_migration.py about it.")
    text = text.replace("postgresql.JSONB(astext_type=Text())", "postgresql.JSONB()")
    if "from sqlalchemy.dialects import postgresql" not in text:
        text = text.replace(
            "import sqlalchemy as sa\n", "import sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n"
        )
    made.write_text(text, encoding="utf-8")
    print(made.relative_to(ROOT))


if __name__ == "__main__":
    main()
