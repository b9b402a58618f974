export { Gateway, type GatewayOptions } from './gateway.ts';
export type { Accepted } from './group.ts';
export type { GatewaySegment, Sink } from './sink.ts';
