"""What the README of exported vectors says: how the store's own tools load the files, and how to search there."""

from __future__ import annotations

from core.handover.pgvector import MOST_HALVES, MOST_INDEXED
from core.handover.stores import Store

_QDRANT = """\
`collection.json` and `points-*.json` are bodies of requests of Qdrant's REST interface. With `curl` in this folder:

```sh
curl -fX PUT "$QDRANT_URL/collections/{name}" -H 'Content-Type: application/json' --data-binary @collection.json
for file in points-*.json; do
  curl -fX PUT "$QDRANT_URL/collections/{name}/points?wait=true" \\
    -H 'Content-Type: application/json' --data-binary @"$file"
done
```

A server that wants a key gets it by `-H "api-key: $QDRANT_API_KEY"`. To search, with `vector` from the same model:

```python
from qdrant_client import QdrantClient

found = QdrantClient(url="http://localhost:6333").query_points("{name}", query=vector, limit=10).points
films = [point.payload["movie_id"] for point in found]
```

A point's id is a UUID made of the film's id; the film's own id and its fields are the payload. The distance is Dot:
the vectors have norm 1, so it is the cosine. Above some ten thousand films Qdrant searches a graph, which may miss a
film; `search_params=models.SearchParams(exact=True)` misses none.
"""

_MILVUS = """\
`films.parquet` is for Milvus's bulk import. Copy it into the bucket that your Milvus reads, then make the collection
and import the file:

```python
from pymilvus import DataType, MilvusClient
from pymilvus.bulk_writer import bulk_import

client = MilvusClient(uri="http://localhost:19530")
schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
schema.add_field("movie_id", DataType.VARCHAR, is_primary=True, max_length=65535)
schema.add_field("vector", DataType.FLOAT_VECTOR, dim={dimension})
schema.add_field("film", DataType.JSON)
graph = client.prepare_index_params()
graph.add_index("vector", index_type="HNSW", metric_type="IP", params={{"M": 16, "efConstruction": 200}})
client.create_collection("{name}", schema=schema, index_params=graph)
bulk_import(url="http://localhost:19530", collection_name="{name}", files=[["films.parquet"]])
```

To search, with `vector` from the same model:

```python
found = client.search("{name}", data=[vector], limit=10, search_params={{"params": {{"ef": 64}}}})
films = [hit["movie_id"] for hit in found[0]]
```

The film's fields are in `film`, of type JSON: `filter='film["year"] >= 2000'`. HNSW may miss a film; a larger `ef`
misses fewer, and the index type FLAT misses none.
"""

_PGVECTOR = """\
`films.sql` makes the extension, the table and its index, and fills it, in one transaction:

```sh
psql "$DATABASE_URL" -f films.sql
```

To search, with a vector from the same model as `$1`:

```sql
SELECT movie_id, film->>'title', {search} AS cosine
FROM "{name}" ORDER BY {order} LIMIT 10;
```

The film's fields are in `film` (jsonb). `<#>` is the negative inner product: of vectors of norm 1, the negative cosine.
{index}
"""


def recipe(store: Store, name: str, dimension: int, films: int) -> str:
    """Return the README of an export for ``store``."""
    about = f"Vectors of {dimension} dimensions and norm 1. `manifest.json` says of what."
    head = f"# {films} films for {store}\n\n{about}\n\n"
    match store:
        case Store.QDRANT:
            return head + _QDRANT.format(name=name)
        case Store.MILVUS:
            return head + _MILVUS.format(name=name, dimension=dimension)
        case Store.PGVECTOR:
            return head + _pgvector(name, dimension)


def _pgvector(name: str, dimension: int) -> str:
    order, index = "embedding <#> $1", "The HNSW index may miss a film; a larger `hnsw.ef_search` misses fewer."
    if MOST_INDEXED < dimension <= MOST_HALVES:
        order = f"embedding::halfvec({dimension}) <#> $1::halfvec({dimension})"
        index += (
            f" It holds the numbers in 16 bits, since vectors of over {MOST_INDEXED} dimensions have no other index."
        )
    elif dimension > MOST_HALVES:
        index = f"There is no index: pgvector has none for over {MOST_HALVES} dimensions, so every film is compared."
    return _PGVECTOR.format(name=name, search="-(embedding <#> $1)", order=order, index=index)
