import { verifyLiveLog } from '../../application/transparency/live-check.ts';
import type { LiveCheck } from '../../application/transparency/live-tree.ts';
import { LetheError } from '../../domain/errors.ts';
import { loadConfig } from '../../platform/config.ts';
import { createLogger } from '../../platform/logging.ts';
import { createPool } from '../../platform/postgres/pool.ts';
import { openEventLog } from '../compose-log.ts';
import { openNotaryStores } from '../compose-transparency.ts';
import { openDatabase } from '../database.ts';
import { requireTenant } from '../known-tenant.ts';

const FAILED = 1;

interface LiveOutcome extends LiveCheck {
  /** Whether a checkpoint outside the database vouches for the tree. */
  readonly isKept: boolean;
}

/** Reads the log of a tenant, or of every tenant that ever had a checkpoint, from where the configuration has it. */
export async function verifyLive(tenant: string | undefined, isJson: boolean): Promise<void> {
  const outcomes = await checkAll(tenant);
  for (const outcome of outcomes)
    process.stdout.write(isJson ? `${JSON.stringify(outcome)}\n` : words(outcome));
  if (outcomes.some(({ faultCount }) => faultCount > 0)) process.exitCode = FAILED;
}

async function checkAll(tenant: string | undefined): Promise<LiveOutcome[]> {
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.logLevel, pretty: process.stderr.isTTY });
  const database = await openDatabase(config, logger);
  const { connectionString } = database;
  const onError = (error: Error): void => logger.warn({ err: error }, 'database connection lost');
  const pool = {
    connectionString,
    role: 'lethe_writer',
    max: 4,
    applicationName: 'lethe-verify',
    onError,
  } as const;
  const writer = createPool(pool);
  const log = await openEventLog(config, { writer, connectionString, logger });
  try {
    const notary = await openNotaryStores(config, writer);
    const kept = await notary.keeper.tenants();
    const tenants = tenant === undefined ? kept : [tenant];
    if (tenants.length === 0)
      throw new LetheError('tenant-missing', 'no tenant has a checkpoint yet: name one');
    // Of one that was signed for, an empty log is a finding.
    if (tenant !== undefined && !kept.includes(tenant)) await requireTenant(log, tenant);
    const checks = await verifyLiveLog({ log, ...notary }, tenants);
    return checks.map(check => ({ ...check, isKept: kept.includes(check.tenant) }));
  } finally {
    await log.close();
    await writer.end();
    await database.stop();
  }
}

function words({ tenant, checked, unproven, faults, faultCount, isKept }: LiveOutcome): string {
  const lines = [
    `tenant ${tenant}: ${checked} events hold against the tree`,
    ...(unproven > 0 ? [`  ${unproven} newer events are not in the tree yet: nothing is said of them`] : []),
    ...(isKept
      ? []
      : ['  no checkpoint is kept outside the database: the tree itself may have been replaced']),
    ...faults.map(({ kind, message }) => `  ${message} [${kind}]`),
    ...(faultCount > faults.length ? [`  … and ${faultCount - faults.length} more`] : []),
    faultCount === 0 ? '  OK' : `  FAILED: ${faultCount} faults`,
  ];
  return `${lines.join('\n')}\n`;
}
