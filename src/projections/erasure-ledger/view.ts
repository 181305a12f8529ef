import type { Db, RecordedEvent, View } from '../runner/view.ts';
import { LedgerBatch } from './ledger-batch.ts';
import { erasureLedgerTables } from './table.ts';
import { writeCompleted, writeStarted } from './write-batches.ts';
import { writeErasures, writeRequests, writeTotals } from './write-erasures.ts';
import { writeHorizons, writeLateErasures } from './write-horizons.ts';
import { writePlaced, writeReleased, writeRequested } from './write-holds.ts';

async function apply(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const batch = new LedgerBatch();
  for (const event of events) batch.fold(event);
  const { requests, erasures, totals, asked, placed, released, started, completed, horizons } = batch;
  if (requests.size > 0) await writeRequests([...requests.values()], db, schema);
  if (erasures.size > 0) await writeErasures([...erasures.values()], db, schema);
  const erased = [...erasures.values()].filter(({ erasedAt }) => erasedAt !== undefined);
  const ended = [...requests.values()].filter(({ completedAt }) => completedAt !== undefined);
  if (horizons.length > 0) await writeHorizons(horizons, db, schema);
  if (erased.length + ended.length > 0) await writeLateErasures(erased, ended, db, schema);
  if (totals.size > 0) await writeTotals([...totals.values()], db, schema);
  if (asked.length > 0) await writeRequested(asked, db, schema);
  if (placed.length > 0) await writePlaced(placed, db, schema);
  if (released.length > 0) await writeReleased(released, db, schema);
  if (started.length > 0) await writeStarted(started, db, schema);
  if (completed.length > 0) await writeCompleted(completed, db, schema);
}

/** The DPO's ledger: deletion requests with their dates, erasures with their certificates, holds, totals. */
export const erasureLedger: View = { name: 'erasure-ledger', version: 5, tables: erasureLedgerTables, apply };
