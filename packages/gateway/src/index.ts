export { type Accepted, Gateway, type GatewayOptions } from './gateway.ts';
export type { GatewaySegment, Sink } from './sink.ts';
