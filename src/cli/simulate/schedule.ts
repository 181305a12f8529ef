/** What is to happen and when, soonest first; equal instants keep the order in which they were put in. */
export interface Schedule<T> {
  put(at: number, step: T): void;
  take(): { readonly at: number; readonly step: T } | undefined;
  readonly size: number;
}

interface Entry<T> {
  readonly at: number;
  readonly order: number;
  readonly step: T;
}

const before = (a: Entry<unknown>, b: Entry<unknown>): boolean =>
  a.at === b.at ? a.order < b.order : a.at < b.at;

/** A binary heap. */
export function createSchedule<T>(): Schedule<T> {
  const heap: Entry<T>[] = [];
  let order = 0;
  return {
    get size() {
      return heap.length;
    },
    put(at, step) {
      heap.push({ at, order: order++, step });
      rise(heap);
    },
    take() {
      const [first] = heap;
      const last = heap.pop();
      if (first !== undefined && last !== undefined && heap.length > 0) {
        heap[0] = last;
        sink(heap);
      }
      return first;
    },
  };
}

function rise(heap: Entry<unknown>[]): void {
  let child = heap.length - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!swapIfBefore(heap, child, parent)) return;
    child = parent;
  }
}

function sink(heap: Entry<unknown>[]): void {
  let parent = 0;
  for (;;) {
    const [left, right] = [heap[2 * parent + 1], heap[2 * parent + 2]];
    const child =
      left !== undefined && right !== undefined && before(right, left) ? 2 * parent + 2 : 2 * parent + 1;
    if (!swapIfBefore(heap, child, parent)) return;
    parent = child;
  }
}

/** Puts `child` in its parent's place where it comes first; says whether it did. */
function swapIfBefore(heap: Entry<unknown>[], child: number, parent: number): boolean {
  const [lower, upper] = [heap[child], heap[parent]];
  if (lower === undefined || upper === undefined || !before(lower, upper)) return false;
  heap[parent] = lower;
  heap[child] = upper;
  return true;
}
