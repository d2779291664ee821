"""The database: naming, engines, units of work, sealed columns and migrations."""
