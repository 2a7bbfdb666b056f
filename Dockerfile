# The explorer and the command line; the graph is elsewhere (docker-compose.yml).
FROM python:3.11-slim
WORKDIR /app
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY cypher cypher
COPY graph graph
COPY loaders loaders
COPY explorer explorer
COPY seewhy seewhy
RUN PIP_CONSTRAINT=requirements.lock PIP_BUILD_CONSTRAINT=requirements.lock pip install --no-cache-dir .
RUN useradd --create-home seewhy
USER seewhy
WORKDIR /home/seewhy
EXPOSE 8501
# The first process of a container ignores SIGTERM unless it handles it; this one ends its server on SIGINT.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
# All interfaces of the container, which `seewhy serve` never binds: what of them is reachable, docker-compose.yml says.
CMD ["python", "-c", "import sys; from seewhy.serving import serve; sys.exit(serve(None, port=8501, browser=False, address='0.0.0.0'))"]
