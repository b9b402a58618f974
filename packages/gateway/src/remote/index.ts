export { type RemoteOptions, RemoteServer } from './server.ts';
export { createWriterState, readWriterState, type WriterState } from './state.ts';
export { type EpochMemory, RemoteWriter, type RemoteWriterOptions } from './writer.ts';
