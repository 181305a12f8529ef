/** Connections that a process may open in its pools, by role of the database; one that is idle for ten seconds is closed. */
export interface Connections {
  readonly writer: number;
  readonly reader: number;
}

/**
 * By what the process is: an API reads for many at once and appends through few, workers fold and write, and a command does
 * one thing at a time. Two processes of each serve within the 100 connections that PostgreSQL has by itself.
 */
export const CONNECTIONS = {
  start: { writer: 16, reader: 8 },
  api: { writer: 10, reader: 8 },
  worker: { writer: 12, reader: 4 },
  command: { writer: 8, reader: 4 },
} satisfies Readonly<Record<string, Connections>>;
