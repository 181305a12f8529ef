/** One asset under a deletion request, as the ledger has it. */
export interface AssetErasure {
  readonly asset: string;
  readonly basis: 'abuse-monitoring' | 'none' | null;
  readonly held: boolean;
  readonly eraseAt: Date | null;
  readonly erasedAt: Date | null;
  readonly keys: readonly string[] | null;
  readonly epoch: number | null;
  readonly certificate: string | null;
  readonly hiddenPosition: number | null;
  readonly erasedPosition: number | null;
  readonly certifiedPosition: number | null;
}
