-- The numbering of articles.
CREATE SEQUENCE uid_art;
