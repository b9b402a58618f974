/** Sends the sample as OTLP/HTTP protobuf, 1,000 records a request, eight requests at a time. */
import { readFileSync } from 'node:fs';
import { logsRequest } from '../otlp.ts';

const [file, address] = process.argv.slice(2) as [string, string];
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const bodies: Buffer[] = [];
for (let at = 0; at < lines.length; at += 1000) bodies.push(logsRequest('bench', lines.slice(at, at + 1000)));

const headers = {
  'content-type': 'application/x-protobuf',
  authorization: `Bearer ${process.env.BENCH_TOKEN}`,
};
let next = 0;
let bytesIn = 0;
async function worker(): Promise<void> {
  while (next < bodies.length) {
    const body = bodies[next++]!;
    for (;;) {
      const answer = await fetch(`${address}/v1/logs`, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
      });
      await answer.arrayBuffer();
      if (answer.status === 200) break;
      if (answer.status !== 503 && answer.status !== 429) throw new Error(`status ${answer.status}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    bytesIn += body.length;
  }
}
await Promise.all(Array.from({ length: 8 }, worker));
process.stdout.write(JSON.stringify({ events: lines.length, bytesIn }));
