import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/server.ts';

/** A process of its own that starts the server in the given directory, says where it is, and waits to be ended. */
const [dataDir = '', ending] = process.argv.slice(2);
const server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
process.stdout.write(`${server.connectionString}\n`);
if (ending === 'exit') process.exit(3);
process.once('SIGTERM', () => void server.stop());
