export * from './control/accounts-port.ts';
export * from './control/approvals-port.ts';
export { type EmbeddedControlOptions, openControlEmbedded } from './control/embedded.ts';
export * from './control/port.ts';
export { openControlServer, type ServerControlOptions } from './control/server.ts';
export { createShareKeyFile } from './control/share-key.ts';
export { type EmbeddedOptions, openEmbedded } from './log/embedded.ts';
export { openServer, type ServerOptions } from './log/server.ts';
export * from './port.ts';
