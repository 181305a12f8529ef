import type { InclusionLine, RangeProof } from '../../../../src/domain/bundle/manifest.ts';
import { bundleOf, signed } from '../../../support/bundles/bundle-parts.ts';
import { altered, json, lines, resigned, restated } from '../../../support/bundles/tamper.ts';
import { corruption, foreign, log, manifest, report, single, type Corruption } from './corruption.ts';

const proofs = (change: (lines: string[]) => readonly string[]) => () =>
  resigned(single, log.signer, 'log/inclusion.ndjson', lines(change));
const firstProof = (change: (line: InclusionLine) => object) =>
  proofs(([first = '', ...rest]) => [String(json(change)(first)), ...rest]);
const range = (change: (proof: RangeProof) => object) => () =>
  resigned(report, log.signer, 'log/range-proof.json', json(change));

/** That each event is in the log, and that none of a range is missing. */
export const PROOFS: readonly Corruption[] = [
  corruption(
    'a truncated proof',
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(line => ({ ...line, proof: line.proof.slice(1) })),
  ),
  corruption(
    'a proof that is too long',
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(line => ({ ...line, proof: [...line.proof, line.proof[0]] })),
  ),
  corruption(
    "another tenant's proof",
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(({ index }) => ({ index, proof: foreign.inclusion(index) })),
  ),
  corruption(
    'the proof of another event',
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(({ index }) => ({ index, proof: log.inclusion(index + 1) })),
  ),
  corruption(
    'another index',
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(line => ({ ...line, index: line.index + 1 })),
  ),
  corruption(
    'an index beyond the log',
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(line => ({ ...line, index: 1_000 })),
  ),
  corruption(
    'a proof line that is none',
    'log/inclusion.ndjson',
    'inclusion-malformed',
    firstProof(() => ({ index: -1, proof: [] })),
  ),
  corruption(
    'a proof dropped',
    'log/entries.ndjson',
    'entry-count-differs',
    proofs(all => all.slice(0, -1)),
  ),
  corruption(
    'a proof doubled',
    'log/inclusion.ndjson',
    'inclusion-count-differs',
    proofs(all => [...all, all.at(-1) ?? '']),
  ),
  corruption('an event and its proof doubled', 'log/inclusion.ndjson', 'inclusion-out-of-order', () => {
    const twice = lines(([first = '', ...rest]) => [first, first, ...rest]);
    const once = altered(single, 'log/inclusion.ndjson', twice);
    const both = resigned(once, log.signer, 'log/entries.ndjson', twice);
    return restated(both, log.signer, said => ({ ...said, log: { ...said.log, events: 4 } }));
  }),
  corruption('the range shifted', 'log/entries.ndjson', 'root-differs', () => {
    const shifted = altered(
      report,
      'log/range-proof.json',
      json<RangeProof>(proof => ({ ...proof, from: 7, to: 20, ...log.range(7, 20) })),
    );
    const { parts, manifest: said } = shifted;
    return signed(
      { parts, manifest: { ...said, log: { ...said.log, range: { from: 7, to: 20 } } } },
      log.signer,
    );
  }),
  corruption(
    'a range other than the manifest claims',
    'log/range-proof.json',
    'range-proof-invalid',
    manifest(said => ({ ...said, log: { ...said.log, range: { from: 5, to: 18 } } })),
  ),
  corruption(
    'a range that ends before it starts',
    'log/range-proof.json',
    'range-proof-invalid',
    range(proof => ({ ...proof, from: 20 })),
  ),
  corruption(
    'a hash of the range proof dropped',
    'log/range-proof.json',
    'range-proof-invalid',
    range(proof => ({ ...proof, left: proof.left.slice(1) })),
  ),
  corruption(
    'a hash of the range proof changed',
    'log/entries.ndjson',
    'root-differs',
    range(proof => ({ ...proof, right: proof.right.map(() => log.leaf(0).toString('base64')) })),
  ),
  corruption(
    'a range proof of another form',
    'log/range-proof.json',
    'range-proof-invalid',
    range(() => ({})),
  ),
  corruption(
    'a beginning left out in silence',
    'log/range-proof.json',
    'range-proof-invalid',
    manifest(said => ({ ...said, period: {} })),
  ),
  corruption('single events where a whole range is due', 'manifest.json', 'mode-differs', () =>
    bundleOf(log, { kind: 'retention', leaves: [1, 2] }),
  ),
];
