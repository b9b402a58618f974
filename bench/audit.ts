import { createServer as createWebServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { runChild } from './child.ts';
import type { Figure } from './figures.ts';

const HOSTS = 200;
const PORTS = 40;
const MB = 1e6;
/** Stand-ins that keep a prober busy in unlike ways: a web page, a service that greets, one that says nothing. */
const STAND_INS: readonly (() => Server)[] = [
  () => createWebServer((_, response) => response.end('<title>Shop</title>')),
  () => createServer((socket) => socket.on('error', () => {}).write('220 ready\r\n')),
  () => createServer((socket) => socket.on('error', () => {}).resume()),
  // Redis without a password, as far as it is asked.
  () =>
    createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (said) => {
        const asked = String(said).toUpperCase();
        const info = '# Server\r\nredis_version:7.0.15\r\n';
        if (asked.includes('PING')) socket.write('+PONG\r\n');
        else if (asked.includes('INFO')) socket.write(`$${info.length}\r\n${info}\r\n`);
        else socket.end('-ERR unknown command\r\n');
      });
    }),
];

/** Two hundred hosts of forty ports on loopback, one in five with something that answers. */
export async function benchAudit(): Promise<Figure[]> {
  const servers: Server[] = [];
  const hosts: string[] = [];
  for (let number = 0; number < HOSTS; number++) {
    const address = `127.9.${Math.floor(number / 100)}.${(number % 100) + 1}`;
    const ports: number[] = [];
    if (number % 5 === 0) {
      const server = STAND_INS[(number / 5) % STAND_INS.length]!();
      await new Promise<void>((resolve) => server.listen(0, address, resolve));
      servers.push(server);
      ports.push((server.address() as AddressInfo).port);
    }
    for (let port = 1; ports.length < PORTS; port++) ports.push(port);
    hosts.push(`- { host: ${address}, ports: [${ports.join(', ')}] }`);
  }
  try {
    const { result, seconds, peak } = await runChild<{ doors: number; open: number }>('audit', {
      targets: `hosts:\n${hosts.join('\n')}\n`,
    });
    if (result.open !== HOSTS / 5 / STAND_INS.length) throw new Error(`${result.open} were found open`);
    return [
      {
        name: `audit of ${HOSTS} hosts × ${PORTS} ports on loopback, ${result.doors} doors answer`,
        value: seconds,
        unit: 's',
        target: '< 60',
        met: seconds < 60,
      },
      { name: '  peak memory', value: peak / MB, unit: 'MB', target: '< 300', met: peak < 300 * MB },
    ];
  } finally {
    for (const server of servers) server.close();
  }
}
