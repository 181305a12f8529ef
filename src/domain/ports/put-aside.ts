/** An event of the log that is to be looked into later. */
export interface AsideEvent {
  readonly tenant: string;
  readonly position: number;
}

/**
 * Events that a worker has put aside while its cursor went on, until it is done with them. Durable when a call resolves;
 * an event stands here once, however often it is put aside, and may be removed twice.
 */
export interface PutAside {
  add(events: readonly AsideEvent[]): Promise<void>;
  /** Tenants that have any, by id: as quick where many events wait as where none does. */
  tenants(): Promise<string[]>;
  /** The first positions of a tenant, in order, at most `limit`. */
  first(tenant: string, limit: number): Promise<number[]>;
  /** How many of the tenant's wait; takes as long as there are many. */
  count(tenant: string): Promise<number>;
  remove(tenant: string, positions: readonly number[]): Promise<void>;
}
