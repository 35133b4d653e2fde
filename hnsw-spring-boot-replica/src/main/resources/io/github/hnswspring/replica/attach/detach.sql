-- Removes what attach.sql has put beside ${table}. The table stays as it is, and its
-- documents too; replicas stop to follow.

drop trigger if exists hnsw_replica_insert on ${table};
drop trigger if exists hnsw_replica_update on ${table};
drop trigger if exists hnsw_replica_delete on ${table};
drop trigger if exists hnsw_replica_truncate on ${table};
drop function if exists ${function}();
drop table if exists ${changes};
drop table if exists ${log};
