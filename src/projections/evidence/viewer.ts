import type { EventNamed } from '../runner/view.ts';

export type Opening = EventNamed<'asset.viewed' | 'asset.downloaded' | 'subject.viewed'>;

/**
 * Who opened personal data. staff: whoever runs the platform or the cell · organisation: the customer's own administrators,
 * data protection officer and auditors · api-client: the platform, which delivers to its user.
 */
export type Viewer =
  'subject' | 'another-subject' | 'organisation' | 'staff' | 'worker' | 'api-client' | 'public';

const OF_THE_ORGANISATION: ReadonlySet<string | undefined> = new Set(['tenant-admin', 'dpo', 'auditor']);

/** The credential where Lethe was asked itself, the platform's word where the platform reports. */
export function viewerOf({ actor, subject, data }: Opening): Viewer {
  switch (actor.kind) {
    case 'api-client':
      return 'viewer' in data ? (data.viewer ?? 'api-client') : 'api-client';
    case 'staff':
      return OF_THE_ORGANISATION.has(actor.role) ? 'organisation' : 'staff';
    case 'subject':
      return actor.id === subject ? 'subject' : 'another-subject';
    case 'worker':
      return 'worker';
  }
}
