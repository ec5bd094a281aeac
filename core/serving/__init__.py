"""The service that a chatbot asks over HTTP: films and contexts from the model in use and its index.

Nothing is imported here: FastAPI and uvicorn take half a second, and only those who serve need them.
"""

HOST, PORT = "127.0.0.1", 8600
