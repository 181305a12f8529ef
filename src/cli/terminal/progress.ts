import { Presets, SingleBar } from 'cli-progress';

/** Shows how far long work has come: a bar on a terminal, a plain line now and then elsewhere. */
export interface Progress {
  /** `done` of `total`, and what else is worth saying. */
  update(done: number, note?: string): void;
  /** Leaves the last state standing. */
  stop(): void;
}

export interface ProgressOptions {
  readonly label: string;
  readonly total: number;
  /** Where to write; standard error leaves standard output to the data. */
  readonly stream?: NodeJS.WriteStream;
}

/** Plain lines appear at every tenth of the way. */
const STEPS = 10;

export function startProgress({ label, total, stream = process.stderr }: ProgressOptions): Progress {
  return stream.isTTY ? bar(label, total, stream) : lines(label, total, stream);
}

function bar(label: string, total: number, stream: NodeJS.WriteStream): Progress {
  const format = `${label} {bar} {percentage} %  {note}  {eta_formatted} left`;
  const shown = new SingleBar({ format, stream, hideCursor: true, fps: 10 }, Presets.shades_classic);
  shown.start(total, 0, { note: '' });
  // A process that is broken off gives the terminal its cursor and its line breaks back.
  const stop = (): void => shown.stop();
  process.once('exit', stop);
  return {
    update: (done, note = '') => shown.update(Math.min(done, total), { note }),
    stop: () => {
      process.removeListener('exit', stop);
      stop();
    },
  };
}

function lines(label: string, total: number, stream: NodeJS.WriteStream): Progress {
  let said = 0;
  return {
    update(done, note = '') {
      const step = total === 0 ? STEPS : Math.floor((done / total) * STEPS);
      if (step <= said) return;
      said = step;
      stream.write(`${label}: ${Math.min(100, step * STEPS)} %${note === '' ? '' : `, ${note}`}\n`);
    },
    stop: () => undefined,
  };
}
