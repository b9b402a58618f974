import { connect } from 'node:http2';
import type { App } from '@tacet/server';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { listenAll, portsOf } from './listening.ts';

const app = new Hono().get('/', (c) => c.text('here')) as unknown as App;
const flags = { port: '0', host: '127.0.0.1' };
const silent = () => {};

it('listens over HTTP, and over gRPC when asked, and tells both', async () => {
  const plain = await listenAll(app, flags, silent);
  expect(plain.line).toBe(`tacet: listening on ${plain.address}`);
  await plain.close();

  const both = await listenAll(app, { ...flags, grpcPort: '0', json: true }, silent);
  const { address, grpc } = JSON.parse(both.line) as { address: string; grpc: string };
  expect(await (await fetch(address)).text()).toBe('here');
  const session = connect(grpc);
  await new Promise((resolve, reject) => session.on('connect', resolve).on('error', reject));
  session.close();
  await both.close();
  await expect(fetch(address)).rejects.toThrow();
});

it('listens nowhere when one port cannot be had', async () => {
  const first = await listenAll(app, { ...flags, grpcPort: '0' }, silent);
  const taken = new URL(first.line.split(' ').at(-1)!).port;
  const refused = listenAll(app, { ...flags, grpcPort: taken }, silent);
  await expect(refused).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('EADDRINUSE'),
  });
  await first.close();
  expect(() => portsOf({ ...flags, grpcPort: '70000' })).toThrow(expect.objectContaining({ code: 'USAGE' }));
});

it('offers no gRPC that others could overhear', () => {
  const open = { ...flags, host: '0.0.0.0', grpcPort: '0' };
  expect(() => portsOf(open)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  expect(portsOf({ ...open, behindProxy: true })).toEqual({ http: 0, grpc: 0 });
});
