import type { AccountName } from '../../domain/ports/rule-snapshots.ts';

/** Who uses the same devices and payments, from the look-up tokens, which leave with the assets. */
export interface Neighbours {
  /**
   * The accounts on each device and payment of that account that others use too, itself included, as far as they were seen
   * there until that instant. Of an entity that more than `most` use only `most` + 1 are named.
   */
  of(
    name: AccountName,
    seen: { readonly until: Date; readonly most: number },
  ): Promise<readonly (readonly string[])[]>;
}
