import { Counter, Gauge, type Registry } from 'prom-client';

/** What an operator watches of the transparency log. A tenant's id is not personal. */
export interface NotaryMetrics {
  readonly treeSize: Gauge<'tenant'>;
  /** How long the oldest event of the last batch waited for its leaf. */
  readonly behindSeconds: Gauge;
  /** The oldest leaf that no published checkpoint covers, over all tenants. */
  readonly unsignedSeconds: Gauge;
  readonly unsigned: Counter<'code'>;
}

export const createNotaryMetrics = (registers: Registry[]): NotaryMetrics => ({
  treeSize: new Gauge({
    name: 'lethe_tree_size',
    help: 'Leaves of a tenant’s tree when it was last signed or found unsigned',
    labelNames: ['tenant'] as const,
    registers,
  }),
  behindSeconds: new Gauge({
    name: 'lethe_tree_behind_seconds',
    help: 'How far the trees are behind the log: 0 at its head',
    registers,
  }),
  unsignedSeconds: new Gauge({
    name: 'lethe_tree_unsigned_seconds',
    help: 'How long the oldest leaf has waited for a published checkpoint',
    registers,
  }),
  unsigned: new Counter({
    name: 'lethe_checkpoints_refused_total',
    help: 'Checkpoints not published, by code: checkpoint-contradiction is an alarm',
    labelNames: ['code'] as const,
    registers,
  }),
});
