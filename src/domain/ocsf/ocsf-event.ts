/** What every event of OCSF 1.6.0 has; the attributes of its class stand beside these. Times in epoch milliseconds. */
export interface OcsfEvent {
  readonly activity_id: number;
  readonly activity_name: string;
  readonly category_uid: number;
  readonly class_uid: number;
  readonly class_name: string;
  readonly type_uid: number;
  readonly time: number;
  readonly severity_id: number;
  readonly severity: string;
  readonly status_id: number;
  readonly status: string;
  readonly metadata: OcsfMetadata;
  readonly unmapped: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

export interface OcsfMetadata {
  readonly version: string;
  readonly product: { readonly name: string; readonly vendor_name: string };
  /** Lethe's id of the event: the same however often it is sent, so that a receiver can drop repeats. */
  readonly uid: string;
  readonly tenant_uid: string;
  readonly event_code: string;
  readonly log_name: string;
  readonly logged_time: number;
  readonly original_time: string;
  /** Log position. */
  readonly sequence: number;
}
