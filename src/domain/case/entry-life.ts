/**
 * How long notes and entity links live at most, where nothing that they are about is erased before. ISO 8601.
 * After the decision: as long as it can be contested (DSA Art. 20(1), six months). Undecided: two years, and then
 * whoever works on the case has to write anew what still matters.
 */
export const ENTRY_LIFE = { afterDecision: 'P6M', atMost: 'P2Y' } as const;
