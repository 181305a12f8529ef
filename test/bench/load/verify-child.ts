import { verifyFile } from '../../../src/cli/verify/verify-file.ts';

/** A process of its own, as an auditor runs it: how long it took and how much memory it held at most. */
const [file = '', key = ''] = process.argv.slice(2);
const began = performance.now();
const { verdict } = await verifyFile(file, { key });
const seconds = (performance.now() - began) / 1_000;
process.stdout.write(JSON.stringify({ verdict, seconds, rssMb: process.resourceUsage().maxRSS / 1_024 }));
