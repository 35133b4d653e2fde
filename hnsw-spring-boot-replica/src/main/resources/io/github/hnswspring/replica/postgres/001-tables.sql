-- Step 1 of the tables that replicas share. Run all of it in one transaction, as whoever
-- is to own the tables. An application whose schema is made by another tool gives that
-- tool this file; then nothing is left to do at the start.

create schema if not exists hnsw;

-- Which of these steps were taken.
create table hnsw.step (
	number integer primary key,
	taken_at timestamp with time zone not null default current_timestamp
);

-- One row for each store of one name. Who writes to a store locks its row, so that
-- changes have numbers in the order in which they are committed.
create table hnsw.store (
	id integer primary key,
	name text not null unique,
	-- Random: another one if the store was made anew.
	identity uuid not null,
	-- Random, too, and shown to nobody: what is signed for one instance is good for all.
	secret uuid not null,
	-- Of the rows below.
	format integer not null,
	metric text not null,
	-- 0 and null until there is a first vector.
	dimensions integer not null,
	model text,
	last_key bigint not null,
	last_change bigint not null,
	-- Random with each change: tells it from one with its number after a restore.
	last_stamp uuid not null
);

-- What is stored, each document once.
create table hnsw.document (
	store integer not null,
	key bigint not null,
	id text not null,
	-- Of 256, by a hash of the id: what is to be divided one day is divided by it.
	bucket smallint not null,
	-- The number of the last change of this row.
	change bigint not null,
	-- SHA-256 over all that is stored of the document.
	digest bytea not null,
	-- SHA-256 of what was embedded, where that is known.
	content_hash bytea,
	-- 32-bit floats, the lowest byte of each first.
	embedding bytea,
	source text,
	-- Milliseconds since 1970.
	expires bigint,
	-- JSON, character by character as it was written.
	metadata text not null,
	text text not null,
	primary key (store, key),
	unique (store, id)
);

create index document_change on hnsw.document (store, change);

-- One row for each change, as long as somebody may have to follow it.
create table hnsw.change (
	store integer not null,
	number bigint not null,
	stamp uuid not null,
	at timestamp with time zone not null,
	-- The keys of documents that were removed.
	removed bigint[] not null,
	primary key (store, number)
);

-- Contents that an instance is about to embed, so that others wait for it.
create table hnsw.claim (
	store integer not null,
	content_hash bytea not null,
	holder uuid not null,
	-- An instance that is gone lets go of it then.
	until timestamp with time zone not null,
	primary key (store, content_hash)
);

create index claim_holder on hnsw.claim (store, holder);

-- Work that one instance at a time does.
create table hnsw.lease (
	store integer not null,
	name text not null,
	holder uuid not null,
	until timestamp with time zone not null,
	primary key (store, name)
);

insert into hnsw.step (number) values (1);
