"""Fewer statements with the same effect; that nothing is lost on the way, test_blueprint asks PostgreSQL itself."""

from chains.condense import condense

DUMP = [
    "CREATE SCHEMA s",
    "CREATE TABLE s.plain (\n    id uuid NOT NULL\n)",
    "CREATE TABLE s.kept (\n    id uuid NOT NULL\n)",
    "ALTER TABLE ONLY s.plain\n    ADD CONSTRAINT plain_pkey PRIMARY KEY (id)",
    "ALTER TABLE ONLY s.plain\n    ADD CONSTRAINT once UNIQUE (id)",
    "ALTER TABLE ONLY s.plain\n    ADD CONSTRAINT other FOREIGN KEY (id) REFERENCES s.kept(id)",
    "GRANT USAGE ON SCHEMA s TO hq",
    "GRANT SELECT,INSERT ON TABLE s.plain TO hq",
    "GRANT SELECT,INSERT ON TABLE s.plain TO store",
    "GRANT SELECT ON TABLE s.kept TO gate",
    "GRANT SELECT ON TABLE s.kept TO hq",
    "ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA s GRANT SELECT,INSERT ON TABLES TO hq",
    "ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA s GRANT SELECT,INSERT ON TABLES TO store",
]


def test_default_privileges_come_first_and_only_what_differs_is_granted() -> None:
    assert condense(DUMP) == [
        DUMP[0],
        DUMP[11],
        DUMP[12],
        DUMP[2],
        "CREATE TABLE s.plain (\n    id uuid NOT NULL,\n    CONSTRAINT plain_pkey PRIMARY KEY (id),\n"
        "    CONSTRAINT once UNIQUE (id),\n    CONSTRAINT other FOREIGN KEY (id) REFERENCES s.kept(id)\n)",
        DUMP[6],
        "REVOKE ALL ON TABLE s.kept FROM hq, store",
        "GRANT SELECT ON TABLE s.kept TO gate, hq",
    ]


def test_a_table_that_nobody_may_touch_is_stripped_of_the_default_privileges() -> None:
    without = [statement for statement in DUMP if " s.kept TO" not in statement]

    assert "REVOKE ALL ON TABLE s.kept FROM hq, store" in condense(without)


def test_a_circle_of_tables_is_closed_behind_them() -> None:
    back = "ALTER TABLE ONLY s.kept\n    ADD CONSTRAINT back FOREIGN KEY (id) REFERENCES s.plain(id) DEFERRABLE"
    itself = "ALTER TABLE ONLY s.kept\n    ADD CONSTRAINT itself FOREIGN KEY (id) REFERENCES s.kept(id)"

    made = condense([*DUMP, back, itself])

    assert sum("CREATE TABLE" in statement for statement in made) == 2
    assert sum(statement.count("FOREIGN KEY") for statement in made) == 3
    assert made.index(DUMP[5]) > max(made.index(statement) for statement in made if "CREATE TABLE" in statement)
