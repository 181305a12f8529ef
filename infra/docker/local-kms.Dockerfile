# syntax=docker/dockerfile:1.20
# The emulator of AWS KMS that the tests run against, in the version that infra/local-kms/go.mod pins. It checks no rights.

FROM golang:1.26.8-trixie AS build
WORKDIR /build
COPY infra/local-kms/go.mod infra/local-kms/go.sum ./
RUN CGO_ENABLED=0 go build -mod=readonly -o /local-kms github.com/nsmithuk/local-kms \
  && install -d -m 0700 -o 1000 -g 1000 /data

FROM scratch
COPY --from=build /local-kms /local-kms
COPY --from=build --chown=1000:1000 /data /data
ENV PORT=8080 KMS_DATA_PATH=/data KMS_SEED_PATH=/none.yaml
VOLUME ["/data"]
USER 1000:1000
EXPOSE 8080
ENTRYPOINT ["/local-kms"]
