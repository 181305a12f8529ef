import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createBroker, hasJava } from './broker.ts';
import { fetchKafka } from './fetch.ts';

/** `node infra/kafka/run.ts [--port 9092] [--dir .lethe-kafka] [--fetch]`: a broker to try things out with, until Ctrl-C. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9092' },
    dir: { type: 'string', default: '.lethe-kafka' },
    fetch: { type: 'boolean', default: false },
  },
});

if (values.fetch) {
  const jars = await fetchKafka();
  process.stdout.write(`Apache Kafka is here: ${jars.length} jars\n`);
} else {
  if (!hasJava()) throw new Error('Kafka needs Java 17 or later');
  const broker = await createBroker({ dir: resolve(values.dir), port: Number(values.port) });
  await broker.start();
  process.stdout.write(`KAFKA_BROKERS=${broker.address}\n`);
  const stop = (): void => void broker.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
