import { readFileSync } from 'node:fs';
import { Kafka, logLevel, type KafkaConfig as ClientOptions, type SASLOptions } from 'kafkajs';
import type { KafkaConfig, KafkaSecurity } from './kafka-config.ts';

/** Told what the client says: of connections, groups and retries, never of messages. It mends most of it by itself. */
export type KafkaLog = (level: 'warn' | 'debug', message: string) => void;

const RETRY = { initialRetryTime: 100, maxRetryTime: 5_000, retries: 8 };

/** A connection to the brokers, made when it is first needed. */
export const createKafka = (
  { brokers, clientId, security }: Pick<KafkaConfig, 'brokers' | 'clientId' | 'security'>,
  log: KafkaLog,
): Kafka =>
  new Kafka({
    brokers: [...brokers],
    clientId,
    ...securityOf(security),
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry: RETRY,
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ level, log: { message } }) =>
        log(level === logLevel.ERROR ? 'warn' : 'debug', message),
  });

function securityOf({ tls, sasl }: KafkaSecurity): Pick<ClientOptions, 'ssl' | 'sasl'> {
  return {
    ...(tls === undefined ? {} : { ssl: { ca: pem(tls.ca), cert: pem(tls.cert), key: pem(tls.key) } }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
  };
}

function saslOf({ mechanism, username, password }: NonNullable<KafkaSecurity['sasl']>): SASLOptions {
  const login = { username, password: password.reveal().toString('utf8') };
  switch (mechanism) {
    case 'plain':
      return { mechanism, ...login };
    case 'scram-sha-256':
      return { mechanism, ...login };
    case 'scram-sha-512':
      return { mechanism, ...login };
  }
}

const pem = (file: string | undefined): string | undefined =>
  file === undefined ? undefined : readFileSync(file, 'utf8');
