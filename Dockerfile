# The explorer and the command line; the graph is elsewhere (docker-compose.yml).
ARG PYTHON_IMAGE=python:3.11-slim
FROM ${PYTHON_IMAGE}
WORKDIR /app
# Nothing is installed whose hash is not in the lock, and nothing builds SeeWhy that is not.
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --no-deps --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY cypher cypher
COPY graph graph
COPY loaders loaders
COPY auth auth
COPY explorer explorer
COPY seewhy seewhy
RUN pip install --no-cache-dir --no-deps --no-build-isolation . && rm -rf /app/*
# The state folder is there, so that a volume in its place is the user's own.
RUN useradd --create-home --uid 1000 seewhy && install --directory --owner seewhy --mode 700 /var/lib/seewhy
# A line per question on standard error, without names; and nothing is written beside the program.
ENV SEEWHY_STATE=/var/lib/seewhy SEEWHY_LOG_FORMAT=json PYTHONDONTWRITEBYTECODE=1
USER seewhy
WORKDIR /home/seewhy
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
# All interfaces of the container, which `seewhy serve` never binds: what of them is reachable, docker-compose.yml says.
# The server itself is the first process and ends on SIGTERM. Unless SEEWHY_SIGN_IN says how people sign in, whoever reaches
# the port is let in.
CMD ["python", "-P", "-m", "seewhy.explorer.door", "--port=8501", "--address=0.0.0.0", "--no-token", "--i-know"]
