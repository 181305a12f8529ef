/** Work of several lanes at once, and of one lane in order. */
export interface Lanes {
  /** Adds work behind what the lane has; resolves when it is done. The work must not reject. */
  add(lane: number, work: () => Promise<void>): Promise<void>;
  /** Work of the lane that is waiting or under way. */
  depth(lane: number): number;
  /** Resolves when nothing is under way any more. */
  drained(): Promise<void>;
}

export function createLanes(): Lanes {
  const ends = new Map<number, { depth: number; end: Promise<void> }>();
  return {
    add: (lane, work) => {
      const found = ends.get(lane) ?? { depth: 0, end: Promise.resolve() };
      ends.set(lane, found);
      found.depth++;
      found.end = found.end.then(work).then(() => {
        found.depth--;
      });
      return found.end;
    },
    depth: lane => ends.get(lane)?.depth ?? 0,
    drained: async () => {
      await Promise.all([...ends.values()].map(({ end }) => end));
    },
  };
}
