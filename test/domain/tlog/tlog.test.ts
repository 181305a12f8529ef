import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/domain/secret.ts';
import { checkpointText, openCheckpoint, parseCheckpoint } from '../../../src/domain/tlog/checkpoint.ts';
import { encodeVerifierKey, noteSigner, parseVerifierKey } from '../../../src/domain/tlog/keys.ts';
import { openNote, signatureLine, signNote } from '../../../src/domain/tlog/note.ts';
import {
  decodeBundle,
  encodeBundle,
  parseTilePath,
  tilePath,
  widthIn,
} from '../../../src/domain/tlog/tiles.ts';
import { codeOf } from '../../support/code-of.ts';

const log = noteSigner('example.org/log', 'ed25519', new Secret(Buffer.alloc(32, 1)));
const witness = noteSigner('witness.example/w1', 'cosignature/v1', new Secret(Buffer.alloc(32, 2)));
const other = noteSigner('example.org/log', 'ed25519', new Secret(Buffer.alloc(32, 3)));
const checkpoint = { origin: 'example.org/log', size: 7, root: Buffer.alloc(32, 9) };
const text = checkpointText(checkpoint);

test('a verifier key survives its text, and one with a wrong id, type or form is refused', () => {
  for (const { verifier } of [log, witness])
    expect(parseVerifierKey(encodeVerifierKey(verifier))).toEqual(verifier);
  const good = encodeVerifierKey(log.verifier);
  for (const bad of [`${good}A`, good.replace('log', 'lag'), good.replace('+A', '+C'), 'a b+00000000+AA', ''])
    expect(codeOf(() => parseVerifierKey(bad))).toBe('verifier-key-invalid');
});

test('a signed checkpoint opens with its cosignatures and their times', () => {
  const note = signNote(text, log) + signatureLine(text, witness, 1_700_000_000);
  const opened = openCheckpoint(note, log.verifier, [witness.verifier]);
  expect(opened).toEqual({ ...checkpoint, cosignatures: [{ key: witness.verifier, time: 1_700_000_000 }] });
  expect(openCheckpoint(note, log.verifier).cosignatures).toEqual([]);
});

test('any bit that changes in a signed note is noticed', () => {
  const note = Buffer.from(signNote(text, log) + signatureLine(text, witness, 1_700_000_000));
  const signers = (bytes: Buffer): number =>
    openNote(bytes, [log.verifier, witness.verifier]).signatures.length;
  expect(signers(note)).toBe(2);
  fc.assert(
    fc.property(fc.nat(note.length - 1), fc.nat(7), (at, bit) => {
      const changed = Buffer.from(note);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at);
      let opened = 0;
      const code = codeOf(() => (opened = signers(changed)));
      // A changed name or id makes it the signature of an unknown key, which does not count.
      expect([code === undefined, opened]).not.toEqual([true, 2]);
    }),
  );
});

test('a note of another key, or of nobody known, does not open', () => {
  const note = signNote(text, log);
  expect(codeOf(() => openNote(note, [other.verifier]))).toBe('note-signature-invalid');
  expect(codeOf(() => openNote(note, [witness.verifier]))).toBe('note-signature-invalid');
  const forged = note.replace(/(?<= )[^ ]+\n$/, signatureLine(text, other).split(' ')[2] ?? '');
  expect(codeOf(() => openNote(forged, [log.verifier]))).toBe('note-signature-invalid');
  expect(codeOf(() => openCheckpoint(signNote(text, other), other.verifier))).toBeUndefined();
});

test('a checkpoint that only a witness signed, or that names another log, is refused', () => {
  const cosigned = `${text}\n${signatureLine(text, witness, 1)}`;
  expect(codeOf(() => openCheckpoint(cosigned, log.verifier, [witness.verifier]))).toBe(
    'note-signature-invalid',
  );
  const foreign = signNote(checkpointText({ ...checkpoint, origin: 'example.org/else' }), log);
  expect(codeOf(() => openCheckpoint(foreign, log.verifier))).toBe('checkpoint-invalid');
});

test.each([
  ['a size with a leading zero', 'o\n07\n'],
  ['a negative size', 'o\n-1\n'],
  ['no root', 'o\n7\n\n'],
  ['a short root', 'o\n7\nAAAA\n'],
  ['no origin', `\n7\n${checkpoint.root.toString('base64')}\n`],
  ['an extension without text', `${text}\nmore\n`],
])('a checkpoint with %s is refused', (_, bad) => {
  expect(codeOf(() => parseCheckpoint(bad))).toBe('checkpoint-invalid');
});

test.each([
  '',
  'text',
  'text\n',
  'text\n\n',
  '\n\n— a AAAAAAA=\n',
  'a\u0007\n\n— a AAAAAAA=\n',
  'text\n\nno dash\n',
])('what is no signed note is refused: %j', bad => {
  expect(codeOf(() => openNote(bad, [log.verifier]))).toBe('note-invalid');
});

test('of all characters only the control characters below the space cannot be signed, but for the line feed', () => {
  for (let code = 0; code < 0x100; code++) {
    const told = `a${String.fromCodePoint(code)}b\n`;
    const isForbidden = code < 0x20 && code !== 0x0a;
    const signed = `${told}\n${signatureLine(told, log)}`;
    expect([code, codeOf(() => openNote(signed, [log.verifier]))]).toEqual([
      code,
      isForbidden ? 'note-invalid' : undefined,
    ]);
    if (isForbidden) expect(() => signNote(told, log)).toThrow(TypeError);
  }
});

test('tile paths are those of the specification and read back', () => {
  expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('0/x001/x234/067');
  expect(tilePath({ level: 'entries', index: 7, width: 3 })).toBe('entries/007.p/3');
  const tiles = fc.record({
    level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
    index: fc.nat(10 ** 12),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(
    fc.property(tiles, tile => {
      expect(parseTilePath(tilePath(tile))).toEqual(tile);
    }),
  );
});

test.each([
  '0/1',
  '64/000',
  '00/000',
  '0/x000/000',
  '0/000.p/0',
  '0/000.p/256',
  '0/000.p/01',
  '../000',
  '0/000/',
  'entries/x01/000',
])('what is no tile path is not taken for one: %s', path => expect(parseTilePath(path)).toBeUndefined());

test('a tree of 70,000 leaves has the tiles that the specification counts', () => {
  const full = (level: number): number => Math.floor(70_000 / 256 ** (level + 1));
  expect([full(0), widthIn(70_000, 0, 273)]).toEqual([273, 112]);
  expect([full(1), widthIn(70_000, 1, 1)]).toEqual([1, 17]);
  expect([widthIn(70_000, 2, 0), widthIn(70_000, 3, 0)]).toEqual([1, 0]);
});

test('an entry bundle reads back; a truncated one and an entry too long are refused', () => {
  const entries = [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(65_535, 1)];
  const bundle = encodeBundle(entries);
  expect(decodeBundle(bundle)).toEqual(entries);
  expect(codeOf(() => decodeBundle(bundle.subarray(0, -1)))).toBe('bundle-truncated');
  expect(codeOf(() => decodeBundle(Buffer.from([0])))).toBe('bundle-truncated');
  expect(codeOf(() => encodeBundle([Buffer.alloc(65_536)]))).toBe('event-too-large');
});

test('lines after the root of a checkpoint are extensions, and change nothing', () => {
  expect(parseCheckpoint(`${text}more\nand more\n`)).toEqual(checkpoint);
});
