import { bulkRows } from '../runner/bulk.ts';
import type { Db, EventNamed, RecordedEvent, View } from '../runner/view.ts';
import { disclosuresTables } from './table.ts';

const disclosures = bulkRows<EventNamed<'disclosure.made'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'disclosure', type: 'uuid', value: event => event.data.disclosure },
  { name: 'made_at', type: 'timestamptz', value: event => event.time },
  { name: 'recipient', type: 'text', value: event => event.data.recipient },
  { name: 'kind', type: 'text', value: event => event.data.kind },
  { name: 'ground', type: 'text', value: event => event.data.ground },
  { name: 'authority', type: 'text', value: event => event.data.authority },
  { name: 'nda', type: 'text', value: event => event.data.nda },
  { name: 'redacted', type: 'bool', value: event => event.data.redacted === true },
  { name: 'categories', type: 'jsonb', value: event => JSON.stringify(event.data.categories) },
  { name: 'cohort', type: 'int8', value: event => event.data.cohort },
  { name: 'policy', type: 'int4', value: event => event.policy },
  { name: 'position', type: 'int8', value: event => event.position },
]);

const changes = bulkRows<EventNamed<'subprocessor.changed'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'position', type: 'int8', value: event => event.position },
  { name: 'name', type: 'text', value: event => event.data.name },
  { name: 'change', type: 'text', value: event => event.data.change },
  { name: 'region', type: 'text', value: event => event.data.region },
  { name: 'effective', type: 'timestamptz', value: event => event.data.effective },
  { name: 'announced_at', type: 'timestamptz', value: event => event.time },
]);

const proposals = bulkRows<EventNamed<'terms.proposed'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'proposal', type: 'uuid', value: event => event.data.proposal },
  { name: 'contract', type: 'text', value: event => event.data.contract },
  { name: 'proposed_by', type: 'text', value: event => event.data.by },
  { name: 'proposed_at', type: 'timestamptz', value: event => event.time },
  { name: 'position', type: 'int8', value: event => event.position },
]);

const negotiated = bulkRows<EventNamed<'terms.negotiated'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'proposal', type: 'uuid', value: event => event.data.proposal },
  { name: 'contract', type: 'text', value: event => event.data.contract },
  { name: 'proposed_by', type: 'text', value: event => event.data.proposedBy },
  { name: 'approved_by', type: 'text', value: event => event.data.approvedBy },
  { name: 'negotiated_at', type: 'timestamptz', value: event => event.time },
  { name: 'position', type: 'int8', value: event => event.position },
]);

async function apply(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const made = events.filter(event => event.type === 'disclosure.made');
  if (made.length > 0) {
    await db.query(
      `insert into ${schema}.disclosures (${disclosures.names}) ${disclosures.select} on conflict do nothing`,
      disclosures.values(made),
    );
  }
  const changed = events.filter(event => event.type === 'subprocessor.changed');
  if (changed.length > 0) {
    await db.query(
      `insert into ${schema}.subprocessor_changes (${changes.names}) ${changes.select}`,
      changes.values(changed),
    );
  }
  await applyTerms(events, db, schema);
}

async function applyTerms(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const proposed = events.filter(event => event.type === 'terms.proposed');
  if (proposed.length > 0) {
    await db.query(
      `insert into ${schema}.terms (${proposals.names}) ${proposals.select} on conflict do nothing`,
      proposals.values(proposed),
    );
  }
  const approved = events.filter(event => event.type === 'terms.negotiated');
  if (approved.length > 0) {
    await db.query(
      `insert into ${schema}.terms as old (${negotiated.names}) ${negotiated.select}
       on conflict (tenant, proposal) do update set
         negotiated_at = coalesce(old.negotiated_at, excluded.negotiated_at),
         approved_by   = coalesce(old.approved_by, excluded.approved_by)`,
      negotiated.values(approved),
    );
  }
}

/** The DPO's register: who received what and on which ground, sub-processors and their changes, negotiated terms. */
export const disclosuresView: View = { name: 'disclosures', version: 1, tables: disclosuresTables, apply };
