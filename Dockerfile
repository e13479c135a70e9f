# One small image with both programs: `api serve` (the default), `api migrate`, `worker run`.

FROM node:22-bookworm-slim AS graphiql
WORKDIR /graphiql
COPY api/graphiql/package.json api/graphiql/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
COPY --from=graphiql \
    /graphiql/node_modules/graphiql/graphiql.min.css \
    /graphiql/node_modules/graphiql/graphiql.min.js \
    /graphiql/node_modules/react/umd/react.production.min.js \
    /graphiql/node_modules/react-dom/umd/react-dom.production.min.js \
    api/assets/graphiql/
RUN cargo build --profile dist --locked -p api -p worker

FROM debian:bookworm-slim
# The mail server's certificate is checked against these.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/target/dist/api /src/target/dist/worker /usr/local/bin/
USER 10001:10001
ENV API_LISTEN=0.0.0.0:8080 WORKER_LISTEN=0.0.0.0:8081 \
    API_METRICS_LISTEN=0.0.0.0:9464 WORKER_METRICS_LISTEN=0.0.0.0:9465
EXPOSE 8080 8081 8082 9464 9465
CMD ["api", "serve"]
