/** How far deliveries out of the log have come, durably. One process at a time moves a cursor: its holder has the lease. */
export interface DeliveryCursors {
  /** Position of the last event that was delivered; 0 before the first. */
  load(name: string): Promise<number>;
  store(name: string, position: number): Promise<void>;
}
