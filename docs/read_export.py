"""Reads an export of a vector store; python3 read_export.py DIRECTORY prints its documents."""
import base64, decimal, hashlib, json, math, pathlib, struct, sys

NUMBERS = {"$byte": int, "$short": int, "$long": int, "$bigInteger": int, "$float": float, "$double": float,
           "$bigDecimal": decimal.Decimal, "$shorts": int, "$ints": int, "$longs": int, "$floats": float,
           "$doubles": float}

def plain(value):
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    tag, content = next(iter(value.items())) if len(value) == 1 else ("", value)
    if tag == "$map" or not tag.startswith("$"):
        return {key: plain(each) for key, each in (content if tag == "$map" else value).items()}
    if tag == "$booleans":
        return [each == "true" for each in content.split()]
    if tag in NUMBERS:
        read = NUMBERS[tag]
        return [read(each) for each in content.split()] if tag.endswith("s") else read(content)
    return base64.b64decode(content) if tag == "$bytes" else plain(content)

def read(directory):
    folder = pathlib.Path(directory)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["format"] == "hnsw-spring-export" and manifest["version"] in (1, 2), "another format"
    for name, sha256 in manifest["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256, name + " is damaged"
    vector = struct.Struct("<%df" % manifest["dimensions"])
    with (folder / "documents.jsonl").open(encoding="utf-8", newline="\n") as lines, \
            (folder / "embeddings.f32").open("rb") as embeddings:
        for line in lines:
            document = json.loads(line)
            document["metadata"] = {key: plain(each) for key, each in document["metadata"].items()}
            embedded = manifest["version"] == 1 or document.pop("embedded", True)
            yield document | {"embedding": vector.unpack(embeddings.read(vector.size)) if embedded else None}

def printable(value):
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable(each) for each in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    # JSON has no NaN and no Infinity.
    return json.dumps(value) if isinstance(value, float) and not math.isfinite(value) else value

if __name__ == "__main__":
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)  # $bigInteger may have any number of them
    for document in read(sys.argv[1]):
        print(json.dumps(printable(document), default=str, allow_nan=False))
