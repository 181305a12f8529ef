/** The rules, each a file of its own in this folder. Part of the contract: signals name them for ever. */
export const RULES = [
  'velocity',
  'mass-deletion',
  'flagged-and-deleted',
  'pii-surge',
  'repeated-blocks',
  'ring',
] as const;
export type RuleName = (typeof RULES)[number];

export const SEVERITIES = ['low', 'medium', 'high'] as const;
export type Severity = (typeof SEVERITIES)[number];
