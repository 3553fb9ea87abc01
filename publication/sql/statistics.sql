-- Tells the planner how many records are at the towns that most of them are at (publication_revision): latitude and
-- longitude by themselves make every circle look nearly empty, and what seems little is sorted, not walked.
CREATE STATISTICS rev_points (mcv) ON kind, latitude, longitude FROM publication_revision;
