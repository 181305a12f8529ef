import { setTimeout as delay } from 'node:timers/promises';
import type { Leases } from '../domain/ports/leases.ts';

const POLL_MS = 50;

/** Runs `work` while no other process runs anything under that name; waits for its turn. */
export async function alone(leases: Leases, name: string, work: () => Promise<void>): Promise<void> {
  while (!(await leases.run(name, work))) await delay(POLL_MS);
}
