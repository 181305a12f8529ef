import { api, data, detection, entity, file, pii, type Kind } from './kinds.ts';

const REFUSED = { failed: true, severity: 'Low' } as const;
const STAFF_OPENING = { severity: 'Medium' } as const;

/** How each type of event is told: what happened to a file, a user, a key, a record, or what was found. */
const KINDS: Readonly<Record<string, Kind>> = {
  'upload.received': file('Upload'),
  'generation.requested': api('Create'),
  'generation.completed': api('Create'),
  'generation.blocked': api('Create', REFUSED),
  'asset.viewed': file('Open'),
  'asset.downloaded': file('Download'),
  'asset.shared': file('Share'),
  'asset.hidden': file('Delete'),
  'lineage.flagged': api('Update'),
  'pii.flagged': pii('Create', { severity: 'Low' }),
  'pii.action-applied': pii('Update'),
  'pii.cleared': pii('Close'),

  'deletion.requested': api('Delete'),
  'erasure.started': data('keys', 'Update'),
  'asset.erased': data('keys', 'Delete'),
  'erasure.completed': data('keys', 'Update'),
  'erasure.certified': data('records', 'Write'),
  'key.created': data('keys', 'Create'),
  'key.rotated': data('keys', 'Update'),
  'epoch.rolled': data('keys', 'Encrypt'),
  'key.destroyed': data('keys', 'Delete'),
  'horizon.reached': data('keys', 'Update'),
  'log.loss-accepted': data('records', 'Update', { severity: 'High' }),

  'account.registered': entity('user', 'Create'),
  'account.corrected': entity('user', 'Update'),
  'account.blocked': entity('user', 'Suspend', { severity: 'Medium' }),
  'account.deletion-requested': entity('user', 'Update'),
  'account.erased': entity('user', 'Delete'),
  'training.opted-out': entity('user', 'Update'),
  'training.opted-in': entity('user', 'Update'),
  'training.used': api('Read'),
  'training.denied': api('Read', REFUSED),
  'processing.objected': entity('user', 'Update'),
  'dsr.received': api('Create'),
  'dsr.handed-over': api('Update'),
  'dsr.extended': api('Update'),
  'dsr.started': api('Update'),
  'dsr.fulfilled': api('Update'),

  'tenant.registered': entity('organization', 'Create'),
  'tenant.erased': entity('organization', 'Delete', { severity: 'Medium' }),
  'offboarding.announced': entity('organization', 'Update'),
  'offboarding.confirmed': entity('organization', 'Update', { severity: 'Medium' }),
  'offboarding.withdrawn': entity('organization', 'Update'),
  'offboarding.exporting': entity('organization', 'Update'),
  'offboarding.started': entity('organization', 'Update', { severity: 'Medium' }),
  'policy.adopted': entity('policy', 'Update'),
  'rules.adopted': entity('policy', 'Update'),
  'terms.proposed': entity('policy', 'Update'),
  'terms.negotiated': entity('policy', 'Update'),
  'subprocessor.changed': entity('policy', 'Update'),
  'credential.issued': entity('api-key', 'Create'),
  'credential.revoked': entity('api-key', 'Delete'),
  'hold.requested': entity('hold', 'Create'),
  'hold.placed': entity('hold', 'Create'),
  'hold.released': entity('hold', 'Delete'),

  'subject.viewed': data('records', 'Query'),
  'records.viewed': data('records', 'Query'),
  'report.requested': data('reports', 'Query'),
  'report.issued': data('reports', 'Create'),
  'report.failed': data('reports', 'Create', REFUSED),
  'report.downloaded': data('reports', 'Read'),
  'report.expired': data('reports', 'Delete'),
  'disclosure.made': api('Read'),
  'refusals.counted': api('Other'),

  'abuse.signalled': detection('Create', { severity: 'Medium' }),
  'case.opened': entity('case', 'Create', { severity: 'Low' }),
  'case.assigned': entity('case', 'Update'),
  'case.linked': entity('case', 'Update'),
  'case.noted': entity('case', 'Update'),
  'case.decided': entity('case', 'Update', { severity: 'Low' }),
  'case.reopened': entity('case', 'Update', { severity: 'Low' }),
  'access.requested': api('Create'),
  'access.approved': api('Update'),
  'access.revealed': file('Open', STAFF_OPENING),
  'access.closed': api('Delete'),
  'access.denied': api('Other', { failed: true, severity: 'Medium' }),
};

/** An event that the table does not name is told as an API activity of the kind `Other`. */
export const kindOf = (type: string): Kind => KINDS[type] ?? api('Other');

export const KNOWN_TYPES: ReadonlySet<string> = new Set(Object.keys(KINDS));
