import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Bulletin } from './bulletin.ts';

const TOPIC = 'report';
/** A build says so often how far it is, milliseconds. */
const EVERY_MS = 250;
/** Whoever has said nothing for so long is at it no more, milliseconds. */
const LIFE_MS = 60_000;
const REPORTS = 1_000;

const message = z.tuple([z.string(), z.int(), z.int()]);

interface Progress {
  readonly done: number;
  readonly total: number;
}

/** How far reports have come, told by the process that builds to those that answer. */
export function createSharedProgress(bulletin: Pick<Bulletin, 'tell' | 'hear'>): {
  readonly set: (report: string, progress: Progress) => void;
  readonly of: (report: string) => Progress | undefined;
} {
  const known = new LRUCache<string, Progress>({ max: REPORTS, ttl: LIFE_MS });
  const told = new LRUCache<string, number>({ max: REPORTS });
  bulletin.hear(TOPIC, text => {
    const [report, done, total] = message.parse(JSON.parse(text));
    known.set(report, { done, total });
  });
  return {
    set: (report, { done, total }) => {
      const now = performance.now();
      if (done < total && now - (told.get(report) ?? -EVERY_MS) < EVERY_MS) return;
      told.set(report, now);
      bulletin.tell(TOPIC, [JSON.stringify([report, done, total])]);
    },
    of: report => known.get(report),
  };
}
