-- The numbering of operations and phases.
CREATE SEQUENCE uid_opn;
CREATE SEQUENCE uid_phs;
