-- Step 2: copies of replicas that instances publish for new ones, if they are told to do
-- so in the database. Run all of it in one transaction, as the owner of the tables.

-- Which copy counts: the names of its files with their lengths and checksums.
create table hnsw.published (
	store integer primary key,
	manifest text not null
);

-- The files of a copy, a megabyte in each row.
create table hnsw.published_part (
	store integer not null,
	copy text not null,
	file text not null,
	number integer not null,
	content bytea not null,
	primary key (store, copy, file, number)
);

insert into hnsw.step (number) values (2);
