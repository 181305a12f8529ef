import type { EventType } from '../../domain/events/catalogue.ts';

/** One event as `POST /v1/tenants/{t}/events` takes it: CloudEvents 1.0, JSON format. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: EventType;
  /** The asset; absent where the event is about the user alone. */
  readonly subject?: string;
  readonly time: string;
  /** `subject` is the tenant's own id of the user. */
  readonly data: { readonly subject: string } & Readonly<Record<string, unknown>>;
}
