"""Alembic's migrations, inside the package so that an installed BITark can bring its database up to date."""
