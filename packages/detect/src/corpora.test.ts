import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createDetector } from './detector.ts';

const folder = process.env.TACET_CORPORA
  ? new URL(`file://${process.env.TACET_CORPORA}/`)
  : new URL('../../../../shared/corpora/', import.meta.url);
const absent = !existsSync(folder);
if (absent) console.warn('corpora are absent: detection is not measured');

const detector = createDetector({ fingerprintKey: new Uint8Array(32) });

function lines<T>(name: string): T[] {
  const text = gunzipSync(readFileSync(new URL(name, folder))).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

describe.skipIf(absent)('measured on public cases', () => {
  it('finds most secrets, and few in what only looks like one', () => {
    const counts = { positive: 0, found: 0, negative: 0, wrong: 0 };
    for (const { label, text_b64 } of lines<{ label: 0 | 1; text_b64: string }>('secrets-public.jsonl.gz')) {
      const text = Buffer.from(text_b64, 'base64').toString('utf8');
      const found = detector.scan(text).length > 0;
      if (found) expect(detector.mayHold(JSON.stringify({ body: text })), text).toBe(true);
      counts[label ? 'positive' : 'negative']++;
      if (found) counts[label ? 'found' : 'wrong']++;
    }
    console.log(
      `recall ${counts.found}/${counts.positive}, reported without need ${counts.wrong}/${counts.negative}`,
    );
    expect(counts.found / counts.positive).toBeGreaterThan(0.9);
    expect(counts.wrong / counts.negative).toBeLessThan(0.05);
  });

  it('leaves conversations alone', () => {
    let flagged = 0;
    let found = 0;
    const all = lines<{ prompt: string; response: string }>('conversations.jsonl.gz');
    for (const { prompt, response } of all) {
      const row = JSON.stringify({
        body: prompt,
        output: response,
        attributes: { 'gen_ai.usage.input_tokens': 9 },
      });
      if (!detector.mayHold(row)) continue;
      flagged++;
      found += detector.scan(prompt).length + detector.scan(response).length;
    }
    console.log(`conversations flagged ${flagged}/${all.length}, found in ${found}`);
    expect(flagged / all.length).toBeLessThan(0.01);
    expect(found).toBe(0);
  });
});
