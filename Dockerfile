# Molva as a server: no root, an index that it only reads, kernels compiled while the image is built.
#   docker build -t molva . && docker run --rm -p 8000:8000 -v "$PWD/molva-index:/index:ro" molva
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY index index
COPY search search
COPY web web
RUN python -m venv /opt/molva && /opt/molva/bin/pip install --no-cache-dir '.[opensearch]'

FROM python:3.12-slim
# Kernels are good for one kind of processor: on another one they are compiled anew, in the background and once, where
# /var/cache/molva is a volume; numpy answers meanwhile.
ENV PATH=/opt/molva/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MOLVA_INDEX=/index \
    MOLVA_METRICS_PORT=9090 \
    NUMBA_CACHE_DIR=/var/cache/molva
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin molva \
    && install -d -o molva -g molva /index /var/cache/molva
COPY --from=build /opt/molva /opt/molva
USER 10001
WORKDIR /index
RUN python -m index.compiling \
    index.analysis.lexicon_kernels index.storage.writing_kernels index.storage.merging_kernels search.engine.kernels
VOLUME ["/index", "/var/cache/molva"]
EXPOSE 8000 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["molva"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--workers", "0", "--metrics-host", "0.0.0.0", "--log-format", "json"]
