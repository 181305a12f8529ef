import type { Db, RecordedEvent, View } from '../runner/view.ts';
import { measureEnvelope } from './envelope-measures.ts';
import { measureEvent } from './event-measures.ts';
import { evidenceTables } from './table.ts';
import { Tallies } from './tallies.ts';
import { writeActs } from './write-acts.ts';
import { writeCells } from './write-cells.ts';
import { writePiiFindings } from './write-pii-findings.ts';
import { writeSessions } from './write-sessions.ts';
import { writeTallies } from './write-tallies.ts';

async function apply(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const tallies = new Tallies();
  for (const event of events) {
    measureEnvelope(event, tallies);
    measureEvent(event, tallies);
  }
  await writeTallies(tallies.rows, db, schema);
  await writeActs(events, db, schema);
  await writeSessions(events, db, schema);
  await writePiiFindings(events, db, schema);
  await writeCells(events, db, schema);
}

/** What the clauses of promises.md are measured by, where no other view holds it: counts, and the few rows that need a name. */
export const evidence: View = { name: 'evidence', version: 3, tables: evidenceTables, apply };
