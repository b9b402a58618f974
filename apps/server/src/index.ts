export type { App } from './app.ts';
export { withoutCoreDumps } from './dumps.ts';
export { type Founding, foundDirectory } from './found.ts';
export { type Gatekeeper, PURPOSE_HEADER } from './guard.ts';
export type { Batch, Intake } from './intake/intake.ts';
export { type Listener, listen, requireSafeHost } from './listen.ts';
export { type OpenOptions, openServer, type Server } from './open.ts';
export { ROUTES } from './routes/table.ts';
export { openStores, type Stores } from './stores.ts';
