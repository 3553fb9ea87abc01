-- The numbering of incidents, casualties, claims and tolls.
CREATE SEQUENCE uid_inc;
CREATE SEQUENCE uid_cas;
CREATE SEQUENCE uid_clm;
CREATE SEQUENCE uid_tol;
