import { describe, expect, it } from 'vitest';
import { createDetectMany } from '../../../../src/domain/pii/detect/detect-many.ts';
import { detectPii } from '../../../../src/domain/pii/detect/detect-pii.ts';
import { piecesOf } from '../../../../src/domain/pii/detect/pieces.ts';
import type { Candidate, PiiDetector, PiiModel } from '../../../../src/domain/pii/detect/finding.ts';

const finding = (name: string, ...candidates: Candidate[]): PiiDetector => ({
  name,
  version: '7',
  detect: () => candidates,
});
const at = (start: number, end: number, confidence = 0.6): Candidate => ({
  category: 'person',
  start,
  end,
  confidence,
});
const TEXT = 'a text of thirty-two characters.';

describe('findings', () => {
  it('come in order of place, under the name and version of who found them', () => {
    const detectors = [finding('one', at(10, 12)), finding('other', at(0, 3))];
    expect(detectPii(TEXT, { detectors })).toEqual([
      { ...at(0, 3), detector: 'other', version: '7' },
      { ...at(10, 12), detector: 'one', version: '7' },
    ]);
  });

  it('that overlap leave the longer', () => {
    const detectors = [finding('one', at(0, 3, 0.9), at(2, 9)), finding('other', at(9, 10))];
    expect(detectPii(TEXT, { detectors }).map(({ start }) => start)).toEqual([2, 9]);
  });

  it('that a check digit proves stay, however long the other', () => {
    const detectors = [finding('one', at(0, 20, 0.8)), finding('other', at(4, 8, 0.97))];
    expect(detectPii(TEXT, { detectors }).map(({ start }) => start)).toEqual([4]);
  });

  it('below the wanted confidence are left out', () => {
    const detectors = [finding('one', at(0, 3, 0.4), at(4, 6, 0.5))];
    expect(detectPii(TEXT, { detectors, minConfidence: 0.5 }).map(({ start }) => start)).toEqual([4]);
  });
});

const pause = () => Promise.resolve();

describe('a model', () => {
  const model = (detect: PiiModel['detect']): PiiModel => ({ name: 'vendor/model', version: '2', detect });

  it('is asked once for all texts, and its findings stand beside those of the detectors', async () => {
    const asked: string[][] = [];
    const answers = model(texts => {
      asked.push([...texts]);
      return Promise.resolve([[at(0, 2)], []]);
    });
    const detect = createDetectMany({ detectors: [finding('one', at(5, 6))], models: [answers], pause });
    const [first, second] = await detect(['one text', 'another']);
    expect(asked).toEqual([['one text', 'another']]);
    expect(first?.map(({ detector, version }) => [detector, version])).toEqual([
      ['vendor/model', '2'],
      ['one', '7'],
    ]);
    expect(second?.map(({ detector }) => detector)).toEqual(['one']);
  });

  it('that points outside the text is not believed', async () => {
    const candidates = [at(-1, 2), at(3, 3), at(2, 99), at(0.5, 1), at(1, 2)];
    const detect = createDetectMany({
      detectors: [],
      models: [model(() => Promise.resolve([candidates]))],
      pause,
    });
    expect((await detect(['short']))[0]?.map(({ start, end }) => [start, end])).toEqual([[1, 2]]);
  });

  it('that cannot answer makes the whole answer fail', async () => {
    const failing = model(() => Promise.reject(new Error('the model is away')));
    const detect = createDetectMany({ detectors: [finding('one', at(0, 1))], models: [failing], pause });
    await expect(detect(['text'])).rejects.toThrow('the model is away');
  });
});

describe('a long text', () => {
  const detectors: PiiDetector[] = [
    {
      name: 'words',
      version: '1',
      detect: text => [...text.matchAll(/Ada/g)].map(({ index }) => at(index, index + 3)),
    },
  ];
  const text = 'nothing to see here. '.repeat(300) + 'Ada. ' + 'nothing at all\n'.repeat(400) + 'and Ada';
  const places = [text.indexOf('Ada'), text.lastIndexOf('Ada')];

  it('is looked through in pieces, and the places are those of the whole', async () => {
    expect(detectPii(text, { detectors }).map(({ start }) => start)).toEqual(places);
    let pauses = 0;
    const counting = () => {
      pauses++;
      return Promise.resolve();
    };
    const [found] = await createDetectMany({ detectors, models: [], pause: counting })([text]);
    expect(found?.map(({ start, end }) => text.slice(start, end))).toEqual(['Ada', 'Ada']);
    expect(found?.map(({ start }) => start)).toEqual(places);
    expect(pauses).toBeGreaterThan(3);
  });

  it('without a place to cut is cut all the same, and nothing of it is left out', () => {
    const pieces = piecesOf('x'.repeat(5_001));
    expect(pieces.map(({ text: part }) => part).join('')).toBe('x'.repeat(5_001));
    expect(pieces.every(({ text: part }) => part.length <= 2_000)).toBe(true);
    expect(piecesOf('')).toEqual([]);
  });
});
