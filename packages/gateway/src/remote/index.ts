export { type RemoteOptions, RemoteServer } from './server.ts';
export { type EpochMemory, RemoteWriter, type RemoteWriterOptions } from './writer.ts';
