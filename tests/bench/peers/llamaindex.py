"""LlamaIndex with its own vector store, retrieving without a language model.

python llamaindex.py build MODEL CORPUS FOLDER SIZE
python llamaindex.py ask MODEL FOLDER QUESTION
"""

import sys

from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.node_parser import SentenceSplitter
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

CHARACTERS = 4.5  # in a token of English text, about: SentenceSplitter counts tokens


def build(model: str, corpus: str, folder: str, size: str) -> None:
    documents = SimpleDirectoryReader(corpus, recursive=True).load_data()
    splitter = SentenceSplitter(chunk_size=int(int(size) / CHARACTERS), chunk_overlap=0, include_metadata=False)
    nodes = splitter.get_nodes_from_documents(documents)
    index = VectorStoreIndex(nodes, embed_model=HuggingFaceEmbedding(model_name=model))
    index.storage_context.persist(folder)
    print(len(nodes), sum(len(node.get_content()) for node in nodes))


def ask(model: str, folder: str, question: str) -> None:
    stored = StorageContext.from_defaults(persist_dir=folder)
    index = load_index_from_storage(stored, embed_model=HuggingFaceEmbedding(model_name=model))
    for found in index.as_retriever(similarity_top_k=5).retrieve(question):
        print(f"{found.score:.3f} {found.node.get_content()}")


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(*sys.argv[2:])
    else:
        ask(*sys.argv[2:])
