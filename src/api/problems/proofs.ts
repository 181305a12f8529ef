import { kind, later, type ProblemKind } from './kind.ts';

/** Codes of the transparency log. */
export const PROOF_PROBLEMS = {
  'checkpoint-not-found': kind(404, 'Nothing has been signed yet', 'Ask again in a second.'),
  'tile-not-found': kind(404, 'The tree has no such tile', 'Ask for tiles that the checkpoint requires.'),
  'leaf-not-found': kind(
    404,
    'The tree has no such leaf',
    'Name the position of an event of this tenant; a new one is in the tree within a second.',
  ),
  'proof-out-of-range': kind(400, 'The tree is smaller than that', 'Ask for what the checkpoint covers.'),
  'checkpoint-behind': later(
    1,
    'No checkpoint covers the position yet',
    'Repeat the request; where witnesses cosign, their quorum may be missing.',
  ),
} as const satisfies Readonly<Record<string, ProblemKind>>;
