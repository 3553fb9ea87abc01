-- The numbering of operations, phases and statements of control.
CREATE SEQUENCE uid_opn;
CREATE SEQUENCE uid_phs;
CREATE SEQUENCE uid_ctl;
