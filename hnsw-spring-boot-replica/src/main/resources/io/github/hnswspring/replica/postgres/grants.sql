grant usage on schema hnsw to ${role};
grant select on hnsw.step to ${role};
grant select, insert, update on hnsw.store to ${role};
grant select, insert, update, delete on hnsw.document to ${role};
grant select, insert, delete on hnsw.change to ${role};
grant select, insert, update, delete on hnsw.claim to ${role};
grant select, insert, update, delete on hnsw.lease to ${role};
grant select, insert, update on hnsw.published to ${role};
grant select, insert, delete on hnsw.published_part to ${role};
