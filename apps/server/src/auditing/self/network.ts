import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { selfFinding } from '@tacet/audit/watching';
import { isLoopback } from '../../http/host.ts';
import type { Look } from './look.ts';

/** Where the server listens, as whoever started it says. */
export interface Listens {
  /** `http://127.0.0.1:4318` */
  readonly address: string;
  /** `http://127.0.0.1:4317` */
  readonly grpc?: string | undefined;
  /** File of the certificate. */
  readonly tlsCert?: string | undefined;
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** Who can reach the ports, and what protects the way there. */
export function lookAtNetwork({ address, grpc, tlsCert }: Listens, now: () => number): Look {
  return {
    checks: ['self-proxy-bypass', 'self-grpc-plain', 'self-metrics-public', 'self-certificate-ends'],
    async look() {
      const findings = [];
      const reachable = (url: string) => !isLoopback(new URL(url).hostname);
      const subject = (url: string) => `tcp://${new URL(url).host}`;
      if (reachable(address)) {
        findings.push(selfFinding('self-metrics-public', { subject: subject(address) }));
        // Without TLS it listens to others only when a proxy is said to stand in front.
        if (tlsCert === undefined)
          findings.push(selfFinding('self-proxy-bypass', { subject: subject(address) }));
      }
      if (grpc !== undefined && reachable(grpc))
        findings.push(selfFinding('self-grpc-plain', { subject: subject(grpc) }));
      if (tlsCert !== undefined) {
        const ends = new X509Certificate(await readFile(tlsCert)).validToDate;
        const days = Math.floor((ends.getTime() - now()) / DAY_MS);
        if (days < SOON_DAYS)
          findings.push(
            selfFinding('self-certificate-ends', {
              subject: subject(address),
              ...(days < 0 && { severity: 'high' as const, title: 'The TLS certificate has ended' }),
              proof: { request: 'the file of --tls-cert', reply: `valid until ${ends.toISOString()}` },
            }),
          );
      }
      return findings;
    },
  };
}
