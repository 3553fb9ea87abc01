-- Lets the planner know how many records lie at the towns where most of them do (publication_revision): latitude and
-- longitude by themselves make every circle look nearly empty, and what seems little is sorted, not walked.
CREATE STATISTICS rev_points (mcv) ON kind, latitude, longitude FROM publication_revision;
