import { Counter, type Registry } from 'prom-client';

export interface KmsMetrics {
  /** Requests to the KMS, retries included, by operation and outcome: `ok` or the port's code. */
  readonly calls: Counter<'operation' | 'outcome'>;
}

export const createKmsMetrics = (registers: Registry[]): KmsMetrics => ({
  calls: new Counter({
    name: 'lethe_kms_calls_total',
    help: 'Requests to the key management service, retries included, by operation and outcome',
    labelNames: ['operation', 'outcome'] as const,
    registers,
  }),
});
