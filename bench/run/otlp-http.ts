/** A server that listens, loaded by another process over HTTP; only the server's time is counted. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { listen } from '@tacet/server';
import { options, report } from '../child.ts';
import { openForBench } from '../server.ts';

const { file, warm, directory } = options<{ file: string; warm: string; directory: string }>();
const { server, tokens } = await openForBench(directory);
const listener = await listen(server.app, { host: '127.0.0.1', port: 0, behindProxy: false });

async function load(path: string): Promise<{ events: number; bytesIn: number }> {
  const sender = spawn(
    process.execPath,
    [join(import.meta.dirname, 'otlp-load.ts'), path, listener.address],
    {
      env: { ...process.env, BENCH_TOKEN: tokens.ingest },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  for await (const chunk of sender.stdout) text += chunk;
  return JSON.parse(text);
}

await load(warm);
await report(() => load(file));
await listener.close();
await server.close();
