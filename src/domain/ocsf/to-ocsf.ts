import type { AnyEnvelope } from '../events/envelope.ts';
import { classAttributes } from './class-attributes.ts';
import { CLASSES, SEVERITIES, type Kind, type Severity } from './kinds.ts';
import { textOf } from './objects.ts';
import type { OcsfEvent } from './ocsf-event.ts';
import { kindOf } from './table.ts';
import { unmappedOf } from './unmapped.ts';

export const OCSF_VERSION = '1.6.0';
const PRODUCT = { name: 'Lethe', vendor_name: 'Lethe' } as const;

/**
 * An event of the log as the Open Cybersecurity Schema Framework 1.6.0 tells it. Only what the envelope says in clear
 * goes in: sealed parts are not even read.
 */
export function toOcsf(event: AnyEnvelope & { readonly position: number }): OcsfEvent {
  const kind = kindOf(event.type);
  const { uid, name } = CLASSES[kind.class];
  const severity = severityOf(kind, event);
  return {
    ...{ activity_id: kind.activity.id, activity_name: kind.activity.name },
    ...{ category_uid: Math.floor(uid / 1_000), class_uid: uid, class_name: name },
    type_uid: uid * 100 + kind.activity.id,
    time: Date.parse(event.time),
    ...{ severity_id: SEVERITIES[severity], severity },
    ...statusOf(kind, event),
    metadata: {
      ...{ version: OCSF_VERSION, product: PRODUCT, uid: event.id, tenant_uid: event.tenant },
      ...{ event_code: event.type, log_name: 'lethe', sequence: event.position },
      ...{ original_time: event.time, logged_time: Date.parse(event.recorded) },
    },
    ...classAttributes(kind, event),
    unmapped: unmappedOf(event),
  };
}

const SIGNALLED: Readonly<Record<string, Severity>> = { low: 'Low', medium: 'Medium', high: 'High' };

/** A signal says itself how grave it is. */
const severityOf = (kind: Kind, { data }: AnyEnvelope): Severity =>
  SIGNALLED[textOf(data, 'severity') ?? ''] ?? kind.severity;

/** A finding has a state instead of an outcome: it is new, under way, or resolved. */
function statusOf(
  { class: name, activity, failed }: Kind,
  { data }: AnyEnvelope,
): { status_id: number; status: string; status_detail?: string } {
  if (name === 'data-security-finding' || name === 'detection-finding') {
    if (activity.name === 'Create') return { status_id: 1, status: 'New' };
    if (activity.name === 'Close') return { status_id: 4, status: 'Resolved' };
    return { status_id: 2, status: 'In Progress' };
  }
  if (!failed) return { status_id: 1, status: 'Success' };
  const why = textOf(data, 'reason') ?? textOf(data, 'rule');
  return { status_id: 2, status: 'Failure', ...(why === undefined ? {} : { status_detail: why }) };
}
