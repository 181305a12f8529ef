import { Counter, type Registry } from 'prom-client';

/** Counts by the code of the reason, which is never what the caller wrote: an alarm for whoever tries keys or tokens. */
export const createRefusedCredentials = (registers: Registry[]): Counter<'code'> =>
  new Counter({
    name: 'lethe_refused_credentials_total',
    help: 'API keys and access tokens that were shown and not taken, by reason',
    labelNames: ['code'] as const,
    registers,
  });
