-- What a store with one document has left in tables of version 1.
insert into hnsw.store select * from json_populate_record(null::hnsw.store,
	'{"id":1,"name":"default","identity":"23c50ce5-0aba-4267-8f25-f12bc0d79c3d","secret":"37d42e89-77ea-458e-98be-4b2dcf4edd53","format":1,"metric":"COSINE","dimensions":8,"model":"test-model","last_key":1,"last_change":1,"last_stamp":"6fd1e51f-9231-4f94-85c0-bffd48466b2d"}');
insert into hnsw.document select * from json_populate_record(null::hnsw.document,
	E'{"store":1,"key":1,"id":"a","bucket":67,"change":1,"digest":"\\\\x506e425f7991ee7f0947e7ecd2d0db0178b5de0cf8e42e6e7f2027bc1b38d5b5","content_hash":"\\\\xb51e72217578347c280d0292d6026e74ebd5f5b7fa1b10631fa1af15a367c3bb","embedding":"\\\\x90033b3e2808753e9c7338bf865c7fbf02d06b3f046872bf6e3f1d3f8c9937bf","source":null,"expires":null,"metadata":"{\\"n\\":1}","text":"a river"}');
insert into hnsw.change select * from json_populate_record(null::hnsw.change,
	'{"store":1,"number":0,"stamp":"2db792c5-c3b4-43ee-ba56-861e72045e3a","at":"2026-11-30T13:07:21.599572+00:00","removed":[]}');
insert into hnsw.change select * from json_populate_record(null::hnsw.change,
	'{"store":1,"number":1,"stamp":"6fd1e51f-9231-4f94-85c0-bffd48466b2d","at":"2026-11-30T13:07:21.760759+00:00","removed":[]}');
