import { createHash } from 'node:crypto';

/** Seeded random numbers: the same seed gives the same sequence on every machine. Never for secrets. */
export interface Random {
  /** A float in [0, 1). */
  readonly next: () => number;
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** One of the names, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
  /** An exponentially distributed wait of that mean: the gaps of a Poisson process. */
  exponential(mean: number): number;
  /** A rank from 0 to `size` - 1; rank r comes up in proportion to (r + 1)^-skew, 0 < skew < 1. */
  rank(size: number, skew: number): number;
}

export function createRandom(...seed: readonly (string | number)[]): Random {
  const next = sfc32(createHash('sha256').update(seed.join('\n')).digest());
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    integer,
    chance: probability => next() < probability,
    pick: choices => at(choices, integer(0, choices.length - 1)),
    weighted: weights => pickWeighted(weights, next()),
    exponential: mean => -mean * Math.log(1 - next()),
    rank(size, skew) {
      const power = 1 - skew;
      const point = (1 + next() * ((size + 1) ** power - 1)) ** (1 / power);
      return Math.min(size, Math.floor(point)) - 1;
    },
  };
}

/** Small Fast Counter, 32 bit: public-domain generator of Chris Doty-Humphrey (PractRand). */
function sfc32(seed: Buffer): () => number {
  let a = seed.readUInt32LE(0);
  let b = seed.readUInt32LE(4);
  let c = seed.readUInt32LE(8);
  let counter = 1;
  return () => {
    const mixed = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + mixed;
    return (mixed >>> 0) / 2 ** 32;
  };
}

function at<T>(choices: readonly T[], index: number): T {
  if (index >= choices.length) throw new RangeError('nothing to choose from');
  return choices[index] as T;
}

function pickWeighted<K extends string>(weights: Readonly<Record<K, number>>, point: number): K {
  const names = Object.keys(weights) as K[];
  const total = names.reduce((sum, name) => sum + weights[name], 0);
  let left = point * total;
  for (const name of names) {
    left -= weights[name];
    if (left < 0) return name;
  }
  return at(names, names.length - 1);
}
