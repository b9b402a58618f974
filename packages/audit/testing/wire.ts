import { NetWire } from '../src/probing/net-wire.ts';
import { type Limits, Outlet, type Packet } from '../src/probing/outlet.ts';

/** A real wire to a port of this machine, and what was sent over it. */
export function wireTo(
  port: number,
  { tls = false, host = '127.0.0.1', limits = {} as Partial<Limits> } = {},
): { wire: NetWire; packets: Packet[] } {
  const packets: Packet[] = [];
  const outlet = new Outlet({ limits, record: (packet) => void packets.push(packet) });
  const address = host === '::1' ? host : '127.0.0.1';
  return { wire: new NetWire({ host, address, port, tls }, outlet), packets };
}
