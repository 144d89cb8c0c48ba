# Two stages: one with a build tool, one with the bot alone.
FROM python:3.11-slim AS build
WORKDIR /build
COPY constraints.txt ./
# uv checks every hash of constraints.txt; it is itself installed by hash.
RUN sed -n '/^uv==/,/[^\\]$/p' constraints.txt > uv.txt \
 && pip install --no-cache-dir --disable-pip-version-check --require-hashes -r uv.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
RUN python -m venv /opt/switchboard \
 && uv pip install --no-cache --python /opt/switchboard/bin/python \
      --constraints constraints.txt --build-constraints constraints.txt .

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Switchboard" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /data --create-home switchboard
COPY --from=build /opt/switchboard /opt/switchboard
ENV PATH=/opt/switchboard/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite+aiosqlite:////data/switchboard.db
USER switchboard
WORKDIR /data
VOLUME /data
EXPOSE 3000
# Slack's acknowledgements, the database and the socket must all be well.
HEALTHCHECK --interval=30s --timeout=5s --start-period=40s CMD \
  ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:3000/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["switchboard"]
CMD ["serve", "--host", "0.0.0.0", "--port", "3000"]
