-- Notes every change of ${table}, for replicas to follow. Run all of it in one transaction,
-- as the owner of the table; PostgreSQL 13 or newer. It may be run again: then replicas
-- compare themselves with the whole table. detach.sql removes all of it.

-- If ids have another type than when the log of changes was made, a new log is made.
do $hnsw$
begin
	if exists (select 1 from pg_attribute where attrelid = to_regclass($name$${changes}$name$) and attname = 'id'
			and atttypid not in (${idTypes})) then
		drop table ${changes};
	end if;
end
$hnsw$;

create table if not exists ${log} (
	one boolean primary key default true check (one),
	version integer not null,
	-- Which server and database the transaction numbers are of.
	origin text not null,
	-- Another one for each time when changes may have been missed.
	epoch uuid not null,
	-- Changes up to this transaction may have been removed from the log.
	trimmed xid8 not null
);

create table if not exists ${changes} (
	seq bigint generated always as identity primary key,
	xid xid8 not null,
	at timestamptz not null default clock_timestamp(),
	-- Random: tells a change from another one with its number, in a database that was set back.
	stamp uuid not null,
	-- The document; null stands for all of them (truncate).
	id ${idType}
);

create index if not exists ${index} on ${changes} (xid);

-- With the rights of its owner, since those who change the table need not see the log.
create or replace function ${function}() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
declare
	hnsw_stamp uuid := gen_random_uuid();
begin
	if tg_op = 'INSERT' then
		insert into ${changes} (xid, stamp, id) select pg_current_xact_id(), hnsw_stamp, n.id from hnsw_new n;
	elsif tg_op = 'UPDATE' then
		insert into ${changes} (xid, stamp, id)
		select pg_current_xact_id(), hnsw_stamp, c.id
		from (select o.id from hnsw_old o union select n.id from hnsw_new n) c;
	elsif tg_op = 'DELETE' then
		insert into ${changes} (xid, stamp, id) select pg_current_xact_id(), hnsw_stamp, o.id from hnsw_old o;
	else
		insert into ${changes} (xid, stamp, id) values (pg_current_xact_id(), hnsw_stamp, null);
	end if;
	return null;
end
$body$;

drop trigger if exists hnsw_replica_insert on ${table};
drop trigger if exists hnsw_replica_update on ${table};
drop trigger if exists hnsw_replica_delete on ${table};
drop trigger if exists hnsw_replica_truncate on ${table};

create trigger hnsw_replica_insert after insert on ${table}
referencing new table as hnsw_new for each statement execute function ${function}();

create trigger hnsw_replica_update after update on ${table}
referencing old table as hnsw_old new table as hnsw_new for each statement execute function ${function}();

create trigger hnsw_replica_delete after delete on ${table}
referencing old table as hnsw_old for each statement execute function ${function}();

create trigger hnsw_replica_truncate after truncate on ${table}
for each statement execute function ${function}();

insert into ${log} (version, origin, epoch, trimmed) values (1, '', gen_random_uuid(), '0')
on conflict (one) do update set epoch = gen_random_uuid();

-- The role of the application; change the name if another one runs the replicas.
grant select, delete on ${changes} to ${role};
grant select, update on ${log} to ${role};
