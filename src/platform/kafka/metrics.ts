import { Counter, Gauge, type Registry } from 'prom-client';

export interface KafkaMetrics {
  readonly taken: Counter;
  readonly refused: Counter<'code'>;
  readonly waits: Counter;
  readonly inLag: Gauge<'partition'>;
  readonly published: Counter;
  readonly outLag: Gauge;
  readonly outFailures: Counter;
}

export const createKafkaMetrics = (registers: Registry[]): KafkaMetrics => ({
  taken: new Counter({
    name: 'lethe_kafka_in_events_total',
    help: 'Events taken from Kafka, duplicates included',
    registers,
  }),
  refused: new Counter({
    name: 'lethe_kafka_dead_letters_total',
    help: 'Events from Kafka that went to the dead letters, by code',
    labelNames: ['code'] as const,
    registers,
  }),
  waits: new Counter({
    name: 'lethe_kafka_in_waits_total',
    help: 'Times that a batch from Kafka waited for the log, the KMS or the dead-letter topic',
    registers,
  }),
  inLag: new Gauge({
    name: 'lethe_kafka_in_lag_messages',
    help: 'Messages of a partition that the consumer group has not read yet',
    labelNames: ['partition'] as const,
    registers,
  }),
  published: new Counter({
    name: 'lethe_kafka_out_events_total',
    help: 'Events of the log that Kafka has taken',
    registers,
  }),
  outLag: new Gauge({
    name: 'lethe_kafka_out_lag_events',
    help: 'Events of the log that Kafka has not taken yet',
    registers,
  }),
  outFailures: new Counter({
    name: 'lethe_kafka_out_failures_total',
    help: 'Deliveries to Kafka that failed and are tried again',
    registers,
  }),
});
