import { startEventStore } from './server.ts';

/** The server as a process of its own: tells its parent the address once it stands, and ends with it. */
const server = await startEventStore({ maxAppendSize: 16_000_000 });
process.send?.(server.url);
process.once('disconnect', () => process.exit(0));
