# Convene in an image: what is locked, the five packages, and nobody's root. compose.yaml shows how it is run.
FROM python:3.11-slim

# Papers are set in whatever script people write.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    HOST=0.0.0.0 \
    PORT=8080

WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock

COPY bot ./bot
COPY adapters ./adapters
COPY handlers ./handlers
COPY scheduler ./scheduler
COPY manifest ./manifest
RUN python -m compileall -q bot adapters handlers scheduler manifest \
    && useradd --system --uid 10001 --no-create-home convene \
    && install --directory --owner=convene --mode=700 /app/var

USER convene
VOLUME /app/var
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=4s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=3)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
CMD ["serve"]
