# The service with its embedded sample. Everything comes from wheels that requirements.lock names and hashes; only
# the matching kernel, one C file of this project, is compiled here.
#
#   docker build -t sanctions-xref .
#   docker run --rm -p 8000:8000 --read-only --tmpfs /tmp -v sanctions-xref:/data sanctions-xref
#   docker run --rm sanctions-xref match "United Aircraft Corp"
#
# deploy/check-image runs the same steps without Docker.

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/app \
 && /opt/app/bin/python -m pip install --quiet --require-hashes --only-binary :all: --requirement requirements.lock \
 && python -m venv /opt/build \
 && /opt/build/bin/python -m pip install --quiet --require-hashes --requirement requirements-build.lock
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY lists lists
COPY matchers matchers
COPY service service
RUN /opt/build/bin/python -m hatchling build --target wheel --directory /dist \
 && /opt/app/bin/python -m pip install --quiet --no-deps --no-index /dist/*.whl

FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="sanctions-xref" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.description="Cross-reference organizations in news articles against public sanctions lists"
RUN groupadd --gid 10001 app \
 && useradd --uid 10001 --gid app --no-create-home --home-dir /data --shell /usr/sbin/nologin app \
 && install --directory --owner=app --group=app --mode=0750 /data
COPY --from=build /opt/app /opt/app
ENV PATH=/opt/app/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    SANCTIONS_XREF_DATA=/data \
    SANCTIONS_XREF_HOST=0.0.0.0 \
    SANCTIONS_XREF_PORT=8000
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['SANCTIONS_XREF_PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["sanctions-xref"]
CMD ["serve"]
