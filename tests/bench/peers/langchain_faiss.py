"""LangChain with FAISS, as its own tutorials put it together.

python langchain_faiss.py build MODEL CORPUS FOLDER SIZE
python langchain_faiss.py ask MODEL FOLDER QUESTION
"""

import sys

from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings


def build(model: str, corpus: str, folder: str, size: str) -> None:
    from langchain_community.document_loaders import DirectoryLoader, TextLoader
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    documents = DirectoryLoader(corpus, loader_cls=TextLoader, loader_kwargs={"encoding": "utf-8"}).load()
    chunks = RecursiveCharacterTextSplitter(chunk_size=int(size), chunk_overlap=0).split_documents(documents)
    FAISS.from_documents(chunks, HuggingFaceEmbeddings(model_name=model)).save_local(folder)
    print(len(chunks), sum(len(chunk.page_content) for chunk in chunks))


def ask(model: str, folder: str, question: str) -> None:
    store = FAISS.load_local(folder, HuggingFaceEmbeddings(model_name=model), allow_dangerous_deserialization=True)
    for document, score in store.similarity_search_with_score(question, k=5):
        print(f"{score:.3f} {document.metadata['source']}: {document.page_content}")


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(*sys.argv[2:])
    else:
        ask(*sys.argv[2:])
