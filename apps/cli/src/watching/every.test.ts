import { Writable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import type { Io } from '../io.ts';
import { keepAudits, type Watch } from './keep.ts';

const posted: { targets: string[] }[] = [];
// Hours pass at once, and the server is one that only listens.
vi.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));
vi.mock('../api.ts', () => ({
  withApi: async (_options: unknown, _role: string, _io: unknown, work: (api: unknown) => unknown) =>
    work(async (path: string, body?: { targets: string[] }) => {
      if (path === '/v1/audit/findings') return { findings: [] };
      if (path !== '/v1/audit/runs/finish') return { id: '00' };
      posted.push(body!);
      return { run: '00', changes: [], summary: { changes: {}, open: {}, targets: [] } };
    }),
}));

it('reads its targets before every run, and keeps to the last good ones', async () => {
  let said = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      said += chunk;
      done();
    },
  });
  const stop = new AbortController();
  const io = { stdout: sink, stderr: sink, stop: stop.signal, env: {} } as unknown as Io;
  const report = { findings: [], clear: [], failed: [], skipped: [] };
  const watch = (...targets: string[]) =>
    ({
      targets,
      folders: [],
      unasked: [],
      least: 'info',
      look: async () => ({ report, whole: true }),
    }) as unknown as Watch;
  const rounds = [
    async () => watch('a.example'),
    async () => watch('a.example', 'b.example'),
    async () => {
      throw new Error('no list of hosts');
    },
    async () => {
      stop.abort();
      return watch();
    },
  ];
  expect(await keepAudits(() => rounds.shift()!(), { every: '6h' }, io)).toBe(0);
  expect(posted.map(({ targets }) => targets.join(' '))).toEqual([
    'a.example',
    'a.example b.example',
    'a.example b.example',
  ]);
  expect(said).toContain('tacet: the targets stay as they were: no list of hosts\n');
});
